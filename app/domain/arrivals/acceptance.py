"""Opening an invitation: single-use, seven days. Source: issue 4; features.md P4; security.md 1.5.

Nobody asked for this letter, so no browser is bound to its link. It therefore opens no session: it makes the account
and the seat, then asks for a login link on behalf of the browser that pressed the button. A scanner that posts forms
makes an account nobody is in, and one more letter; whoever was invited then comes in by that account.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.domain.accounts.registration import register_person
from app.domain.audit import write_audit
from app.domain.login.links import ask_for_link
from app.domain.members.links import parts_of
from app.domain.secrets import same
from app.domain.teams.teams import add_member
from db.engine import transaction
from db.tables import Invitation, Person


class InvitationState(StrEnum):
    READY = "ready"
    USED = "used"
    EXPIRED = "expired"
    CUT = "cut"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Offer:
    """What the invitation's page says; team is empty when the link is worth nothing."""

    state: InvitationState
    team: str = ""
    expires_at: datetime | None = None


async def look_at(link: str, now: datetime) -> Offer:
    """Changes nothing: reading never burns a link."""
    row = await _find(link)
    return _offer(row, link, now)


async def _find(link: str) -> dict[str, Any] | None:
    row: dict[str, Any] | None = await (
        Invitation.select(
            Invitation.id,
            Invitation.token_hash,
            Invitation.address,
            Invitation.team.name.as_alias("team"),
            Invitation.expires_at,
            Invitation.used_at,
        )
        .where(Invitation.reference == parts_of(link)[0])
        .first()
    )
    return row


def _offer(row: dict[str, Any] | None, link: str, now: datetime) -> Offer:
    if row is None:
        return Offer(InvitationState.UNKNOWN)
    if not same(parts_of(link)[1], row["token_hash"]):
        return Offer(InvitationState.CUT)
    if row["used_at"] is not None:
        return Offer(InvitationState.USED, row["team"])
    if now >= row["expires_at"]:
        return Offer(InvitationState.EXPIRED)
    return Offer(InvitationState.READY, row["team"], row["expires_at"])


async def accept(link: str, *, browser: str, network: str, now: datetime) -> Offer:
    """READY or USED: a login link for this browser is on its way to the invited address, and to no other.

    Raises TooOften past five links in a quarter of an hour; the invitation has then served, and the button works later.
    """
    row = await _find(link)
    offer = _offer(row, link, now)
    if row is not None and offer.state == InvitationState.READY:
        await _consume(row["id"], now)
    if row is not None and offer.state in (InvitationState.READY, InvitationState.USED):
        await ask_for_link(row["address"], browser=browser, network=network, remember=False, next_path="", now=now)
    return offer


async def _consume(invitation_id: int, now: datetime) -> None:
    """By one conditional update: of two presses at once, one makes the account."""
    async with transaction():
        taken = await (
            Invitation.update({Invitation.used_at: now})
            .where(Invitation.id == invitation_id, Invitation.used_at.is_null(), Invitation.expires_at > now)
            .returning(*Invitation.all_columns())
        )
        if taken:
            person = await _account(taken[0], now)
            await add_member(person, taken[0]["team"])
            await write_audit("invitation.accepted", now=now, person_id=person, team_id=taken[0]["team"])


async def _account(invitation: dict[str, Any], now: datetime) -> int:
    """A person who came by another way in the meantime is left as they are."""
    person = await register_person(
        invitation["address"],
        first_name=invitation["first_name"],
        last_name=invitation["last_name"],
        function=invitation["function"],
        now=now,
    )
    await Person.update({Person.phone: invitation["phone"]}).where(Person.id == person, Person.phone == "")
    return person
