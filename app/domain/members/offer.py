"""Making somebody a member: at once when they have an account, else by an invitation that waits for them seven days.

Nobody is a member before they have opened their invitation: no letter about a case leaves for an address that nobody
has proved to be theirs.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.audit import write_audit
from app.domain.errors import Invalid
from app.domain.letters import LetterKind, write_invitation_letter, write_letters
from app.domain.members.links import new_link
from app.domain.teams.keeping import TeamFacts
from app.domain.teams.teams import add_member
from db.tables import Invitation, Membership, Person

VALID = timedelta(days=7)
_CLOSED = "Ce compte est désactivé. Réactivez-le dans la liste des membres, ou demandez-le à un administrateur."
_PLATFORM = "Un administrateur ou un superviseur ne peut pas être membre d’une équipe : il en lirait les demandes."


class Welcome(StrEnum):
    INVITED = "invited"
    STILL_INVITED = "still_invited"
    ADDED = "added"
    MEMBER = "member"


@dataclass(frozen=True)
class Newcomer:
    """Who is to become a member, as far as it is known; address is in its normal form."""

    address: str
    first_name: str = ""
    last_name: str = ""
    function: str = ""
    phone: str = ""


async def welcome(actor: Actor, team: TeamFacts, newcomer: Newcomer, now: datetime) -> Welcome:
    """Inside the verb's transaction; a second time changes nothing. Raises Invalid when that account cannot be one."""
    person = await (
        Person.select(Person.id, Person.active, Person.platform_role).where(Person.address == newcomer.address).first()
    )
    return await (_add(actor, team, person, now) if person else _invite(actor, team, newcomer, now))


async def _add(actor: Actor, team: TeamFacts, person: dict[str, Any], now: datetime) -> Welcome:
    if not person["active"]:
        raise Invalid(adresses=_CLOSED)
    if person["platform_role"] in (PlatformRole.ADMIN, PlatformRole.SUPERVISOR):
        raise Invalid(adresses=_PLATFORM)
    if await Membership.exists().where(Membership.person == person["id"], Membership.team == team.id):
        return Welcome.MEMBER
    await add_member(person["id"], team.id)
    await write_letters(LetterKind.ADDED, [person["id"]], now=now)
    await write_audit("member.added", now=now, person_id=actor.id, about_id=person["id"], team_id=team.id)
    return Welcome.ADDED


async def _invite(actor: Actor, team: TeamFacts, newcomer: Newcomer, now: datetime) -> Welcome:
    open_one = await Invitation.exists().where(
        Invitation.team == team.id, Invitation.address == newcomer.address, Invitation.expires_at > now
    )
    if open_one:
        return Welcome.STILL_INVITED
    await Invitation.delete().where(Invitation.team == team.id, Invitation.address == newcomer.address)
    reference, token_hash = new_link()
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
        expires_at=now + VALID,
    )
    invitation_id = (await Invitation.insert(row).returning(Invitation.id))[0]["id"]
    await write_invitation_letter(invitation_id, now=now)
    await write_audit("member.invited", now=now, person_id=actor.id, team_id=team.id)
    return Welcome.INVITED
