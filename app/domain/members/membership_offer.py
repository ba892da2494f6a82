"""Makes a person a member, by an invitation that they accept within seven days.

Before they accept there is no account and no membership. No email about a case goes to an unproved address, and no
account joins a team without its person. The inviter learns the same, by the same queries, whether or not the address
has an account. They learn more only of an account that they see already.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from piccolo.columns.combination import And

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.accounts.address import remove_address_tag
from app.domain.audit.log import write_audit
from app.domain.email.queue_account_email import queue_invitation_email
from app.domain.errors import Invalid
from app.domain.members.invitation_link import make_link
from app.domain.members.invitation_senders import find_valid_senders
from app.domain.members.permissions import build_visible_people_condition
from app.domain.rate_limit import LimitedAction, consume_rate_limit_of
from app.domain.teams.permissions import TeamFacts
from app.domain.teams.teams import ADMIN_WITHOUT_TEAM
from db.tables.members import Invitation, Membership
from db.tables.people import Person

INVITATION_VALIDITY = timedelta(days=7)
_CLOSED = "Ce compte est désactivé. Réactivez-le dans la liste des membres, ou demandez-le à un administrateur."
_OWN_ADDRESS = (
    "C’est votre adresse, et personne n’entre dans une équipe de sa propre main. Demandez-le à une autre personne qui "
    "tient cette équipe."
)


class OfferResult(StrEnum):
    INVITED = "invited"
    STILL_INVITED = "still_invited"
    MEMBER = "member"


@dataclass(frozen=True)
class Newcomer:
    """A person to invite. address is as parse_address returns it."""

    address: str
    first_name: str = ""
    last_name: str = ""
    function: str = ""
    phone: str = ""


async def offer_membership(actor: Actor, team: TeamFacts, newcomer: Newcomer, now: datetime) -> OfferResult:
    """Inside the caller's transaction. A second call changes nothing.

    Raises Invalid when an account that the actor sees cannot be a member, TooManyRequests.
    """
    if await _is_visible_member(actor, team, newcomer.address):
        return OfferResult.MEMBER
    check_other_mailbox(actor, newcomer.address)
    if await _has_valid_invitation(team, newcomer.address, now):
        return OfferResult.STILL_INVITED
    await _create_invitation(actor, team, newcomer, now)
    return OfferResult.INVITED


async def _is_visible_member(actor: Actor, team: TeamFacts, address: str) -> bool:
    """Queries the accounts whose page the actor may open, and no other."""
    person = await (
        Person.select(Person.id, Person.active, Person.platform_role)
        .where(And(build_visible_people_condition(actor), Person.address == address))
        .first()
    )
    if person is None:
        return False
    if not person["active"]:
        raise Invalid(adresses=_CLOSED)
    if person["platform_role"] == PlatformRole.ADMIN:
        raise Invalid(adresses=ADMIN_WITHOUT_TEAM)
    return await Membership.exists().where(Membership.person == person["id"], Membership.team == team.id)


def check_other_mailbox(actor: Actor, address: str) -> None:
    """Raises Invalid for the actor's own: they would read the cases of a team that they manage and are not in."""
    if remove_address_tag(address) == remove_address_tag(actor.address):
        raise Invalid(adresses=_OWN_ADDRESS)


async def _has_valid_invitation(team: TeamFacts, address: str, now: datetime) -> bool:
    row = await (
        Invitation.select(Invitation.invited_by)
        .where(
            Invitation.team == team.id,
            Invitation.address == address,
            Invitation.used_at.is_null(),
            Invitation.expires_at > now,
        )
        .first()
    )
    return bool(row and await find_valid_senders([row["invited_by"]], team.id))


async def limit_mailbox_invitations(team: TeamFacts, address: str, now: datetime) -> None:
    """A team must not fill a mailbox, by one invitation sent again or by tagged addresses. Raises TooManyRequests."""
    await consume_rate_limit_of(LimitedAction.SAME_INVITATION, f"{team.id} {remove_address_tag(address)}", now)


async def _create_invitation(actor: Actor, team: TeamFacts, newcomer: Newcomer, now: datetime) -> None:
    await limit_mailbox_invitations(team, newcomer.address, now)
    await Invitation.delete().where(Invitation.team == team.id, Invitation.address == newcomer.address)
    reference, token_hash = make_link()
    row = Invitation(
        reference=reference,
        token_hash=token_hash,
        address=newcomer.address,
        first_name=newcomer.first_name,
        last_name=newcomer.last_name,
        function=newcomer.function,
        phone=newcomer.phone,
        team=team.id,
        invited_by=actor.id,
        invited_at=now,
        expires_at=now + INVITATION_VALIDITY,
    )
    invitation_id = (await Invitation.insert(row).returning(Invitation.id))[0]["id"]
    await queue_invitation_email(invitation_id, now=now)
    await write_audit("member.invited", now=now, person_id=actor.id, team_id=team.id)
