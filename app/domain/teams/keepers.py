"""Who keeps a team: whom to write to about it, and about its members.

Its managers; without one, the supervisors of its territories and of its organisation; without one, the administrators.
Each has an open account and has done their first visit: before it no email names a person. A manager or a supervisor
whose mailbox refuses emails keeps nothing that an email says.
"""

from typing import Any

from piccolo.columns.combination import Or

from app.domain.accounts.actor import PlatformRole
from app.domain.teams.dead_mailboxes import build_undelivered_query
from db.tables.members import Membership
from db.tables.people import Person, SupervisedOrganisation, Supervision
from db.tables.teams import Team, TeamArea


async def list_keepers(team_id: int, *, without: int | None) -> list[int]:
    """Ids of people, except `without`, in their order."""
    managers = Membership.select(Membership.person).where(Membership.team == team_id, Membership.manager.eq(True))
    areas = TeamArea.select(TeamArea.area).where(TeamArea.team == team_id)
    of_areas = Supervision.select(Supervision.person).where(Supervision.area.is_in(areas))
    of_organisation = SupervisedOrganisation.select(SupervisedOrganisation.person).where(
        SupervisedOrganisation.organisation.is_in(Team.select(Team.organisation).where(Team.id == team_id))
    )
    supervisors = Or(Person.id.is_in(of_areas), Person.id.is_in(of_organisation))
    reached = Person.id.not_in(build_undelivered_query())
    return (
        await _list_people(without, reached, Person.id.is_in(managers))
        or await _list_people(without, reached, supervisors, Person.platform_role == PlatformRole.SUPERVISOR)
        or await list_admins(without=without)
    )


async def list_admins(*, without: int | None) -> list[int]:
    return await _list_people(without, Person.platform_role == PlatformRole.ADMIN)


async def _list_people(without: int | None, *conditions: Any) -> list[int]:
    rows = await (
        Person.select(Person.id)
        .where(*conditions, Person.id != (without or 0), Person.active.eq(True), Person.terms_accepted_at.is_not_null())
        .order_by(Person.id)
    )
    return [row["id"] for row in rows]
