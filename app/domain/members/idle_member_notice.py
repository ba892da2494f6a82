"""The email to those who keep a team whose only reader does not come any more. Source: issue 17, point 2."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.calendar.time_zones import PARIS
from app.domain.errors import NotFound
from app.domain.members.manager_notices import format_name_and_address
from app.domain.teams.permissions import TeamAction, load_visible_team
from db.tables.members import Membership
from db.tables.people import InactivityNotice, Person


@dataclass(frozen=True)
class IdleMemberNotice:
    team_id: int
    team: str
    member: str


async def load_idle_member_notice(reader: Actor, team_id: int | None, moment: datetime) -> IdleMemberNotice | None:
    """Returns None when the reader keeps the team no more, or the person came back meanwhile."""
    try:
        team, allowed = await load_visible_team(reader, team_id or 0)
    except NotFound:
        return None
    warned = InactivityNotice.select(InactivityNotice.person).where(
        InactivityNotice.kind == "keepers",
        InactivityNotice.team == team.id,
        InactivityNotice.sent_on == moment.astimezone(PARIS).date(),
    )
    members = Membership.select(Membership.person).where(Membership.team == team.id)
    row = await (
        Person.select(Person.first_name, Person.last_name, Person.address)
        .where(Person.id.is_in(warned), Person.id.is_in(members), Person.active.eq(True))
        .first()
    )
    if row is None or TeamAction.MANAGE_MEMBERS not in allowed:
        return None
    return IdleMemberNotice(team.id, team.name, format_name_and_address(row))
