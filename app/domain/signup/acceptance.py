"""Opens an invitation: used once, valid seven days. Source: issue 4; features.md P4; security.md 1.5.

The invited person did not ask for the email, so its link is bound to no browser. It therefore opens no session. It
creates the account and the membership, then asks for a login link for the browser that pressed the button. A scanner
that posts forms creates an unused account and one more email; the invited person then logs in to that account.

An address that has an account already gets the login link alone. Its person accepts from their own session
(own_invitations.py), so that no scanner and no reader of their mail puts them into a team. The sender's right is
checked each time (members/invitation_senders.py).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.domain.accounts.actor import PlatformRole
from app.domain.accounts.registration import register_person
from app.domain.audit.log import write_audit
from app.domain.authentication.login_link import request_login_link
from app.domain.members.invitation_link import parse_link
from app.domain.members.invitation_senders import find_valid_senders
from app.domain.teams.teams import add_member, check_may_sit
from app.domain.tokens import is_equal_constant_time
from db.engine import transaction
from db.tables.members import Invitation, Membership
from db.tables.people import Person


class InvitationState(StrEnum):
    """READY: no account has this address, or it is a member already. ACCOUNT: they accept from their own session.

    LAPSED: the sender may not invite any more. CLOSED, PLATFORM: the account cannot join a team.
    """

    READY = "ready"
    ACCOUNT = "account"
    USED = "used"
    EXPIRED = "expired"
    LAPSED = "lapsed"
    CLOSED = "closed"
    PLATFORM = "platform"
    CUT = "cut"
    UNKNOWN = "unknown"


LOGIN_LINK_STATES = (InvitationState.READY, InvitationState.ACCOUNT, InvitationState.USED)


@dataclass(frozen=True)
class InvitationOffer:
    """team is empty where the link is unknown, truncated or expired."""

    state: InvitationState
    team: str = ""
    expires_at: datetime | None = None


async def load_offer(link: str, now: datetime) -> InvitationOffer:
    """Nothing changes: reading a link never uses it up."""
    row = await _find_invitation(link)
    return await _build_offer(row, link, now)


async def _find_invitation(link: str) -> dict[str, Any] | None:
    row: dict[str, Any] | None = await (
        Invitation.select(
            Invitation.id,
            Invitation.token_hash,
            Invitation.address,
            Invitation.team.id.as_alias("team_id"),
            Invitation.team.name.as_alias("team"),
            Invitation.invited_by,
            Invitation.expires_at,
            Invitation.used_at,
        )
        .where(Invitation.reference == parse_link(link)[0])
        .first()
    )
    return row


async def _build_offer(row: dict[str, Any] | None, link: str, now: datetime) -> InvitationOffer:
    if row is None:
        return InvitationOffer(InvitationState.UNKNOWN)
    if not is_equal_constant_time(parse_link(link)[1], row["token_hash"]):
        return InvitationOffer(InvitationState.CUT)
    if row["used_at"] is not None:
        return InvitationOffer(InvitationState.USED, row["team"])
    if now >= row["expires_at"]:
        return InvitationOffer(InvitationState.EXPIRED)
    if not await find_valid_senders([row["invited_by"]], row["team_id"]):
        return InvitationOffer(InvitationState.LAPSED, row["team"])
    return InvitationOffer(await _find_account_state(row["address"], row["team_id"]), row["team"], row["expires_at"])


async def _find_account_state(address: str, team_id: int) -> InvitationState:
    columns = (Person.id, Person.active, Person.platform_role)
    person = await Person.select(*columns).where(Person.address == address).first()
    if person is None:
        return InvitationState.READY
    if not person["active"]:
        return InvitationState.CLOSED
    if person["platform_role"] == PlatformRole.ADMIN:
        return InvitationState.PLATFORM
    seated = await Membership.exists().where(Membership.person == person["id"], Membership.team == team_id)
    return InvitationState.READY if seated else InvitationState.ACCOUNT


async def accept_by_link(
    link: str, *, browser: str, network: str, now: datetime, answer_path: str = "", known_browser_cookie: str = ""
) -> InvitationOffer:
    """In the LOGIN_LINK_STATES, a login link for this browser is sent to the invited address, and to no other.

    answer_path: the page where a person who has an account accepts. Raises TooManyRequests past the limits of
    login_rate_limit.py; the invitation is then used, and the button works later.
    """
    async with transaction():
        row = await _find_invitation(link)
        offer = await _build_offer(row, link, now)
        if row is not None and offer.state == InvitationState.READY:
            await _use_invitation(row, now)
    if row is not None and offer.state in LOGIN_LINK_STATES:
        next_path = answer_path if offer.state == InvitationState.ACCOUNT else ""
        asking = {"browser": browser, "network": network, "known_browser_cookie": known_browser_cookie}
        await request_login_link(
            row["address"], **asking, remember=False, typed_here=False, next_path=next_path, now=now
        )
    return offer


async def _use_invitation(row: dict[str, Any], now: datetime) -> None:
    """Of two presses at once, one creates the account."""
    taken = await claim_invitation(row["id"], row["invited_by"], now)
    if taken:
        person = await _create_account(taken, now)
        await add_invited_member(person, taken, now)


async def claim_invitation(invitation_id: int, sender: int | None, now: datetime) -> dict[str, Any] | None:
    """The row, used up by one conditional update; None when another press, or another sender, came first."""
    taken = await (
        Invitation.update({Invitation.used_at: now})
        .where(
            Invitation.id == invitation_id,
            Invitation.invited_by == sender,
            Invitation.used_at.is_null(),
            Invitation.expires_at > now,
        )
        .returning(*Invitation.all_columns())
    )
    return taken[0] if taken else None


async def add_invited_member(person_id: int, invitation: dict[str, Any], now: datetime) -> None:
    """The audit log names the sender, for the list of accounts that they invited (inherited_duties.py).

    Raises Forbidden for an administrator.
    """
    await check_may_sit(person_id)
    await add_member(person_id, invitation["team"])
    await write_audit(
        "invitation.accepted",
        now=now,
        person_id=person_id,
        target_person_id=invitation["invited_by"],
        team_id=invitation["team"],
    )


async def _create_account(invitation: dict[str, Any], now: datetime) -> int:
    """An account that was created otherwise in the meantime is left unchanged."""
    person = await register_person(
        invitation["address"],
        first_name=invitation["first_name"],
        last_name=invitation["last_name"],
        function=invitation["function"],
        now=now,
    )
    await Person.update({Person.phone: invitation["phone"]}).where(Person.id == person, Person.phone == "")
    return person
