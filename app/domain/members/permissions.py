"""Which people an actor sees, and whose accounts they may close: both follow from the teams that they manage."""

from piccolo.columns.combination import WhereRaw

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.teams.permissions import Condition, build_editable_teams_condition
from db.tables.members import Membership
from db.tables.people import Person
from db.tables.teams import Team

_ALL_PEOPLE = WhereRaw("1 = 1")


def build_visible_people_condition(actor: Actor) -> Condition:
    """Every account for an administrator; for others, the members of the teams that they manage."""
    if actor.role == PlatformRole.ADMIN:
        return _ALL_PEOPLE
    kept = Team.select(Team.id).where(build_editable_teams_condition(actor))
    return Person.id.is_in(Membership.select(Membership.person).where(Membership.team.is_in(kept)))


async def find_closable_accounts(actor: Actor, people: list[int]) -> set[int]:
    """Returns the ids, of these people, whose account the actor may deactivate or reactivate.

    Never the actor's own. The actor must manage every team of the person. Only an administrator closes an account that
    has a role on the platform.
    """
    others = [person for person in people if person != actor.id]
    if actor.role == PlatformRole.ADMIN or not others:
        return set(others)
    held = Team.select(Team.id).where(build_editable_teams_condition(actor))
    inside = Membership.select(Membership.person).where(Membership.team.is_in(held))
    outside = Membership.select(Membership.person).where(Membership.team.not_in(held))
    rows = await Person.select(Person.id).where(
        Person.id.is_in(others),
        Person.platform_role == PlatformRole.MEMBER,
        Person.expert.eq(False),
        Person.id.is_in(inside),
        Person.id.not_in(outside),
    )
    return {row["id"] for row in rows}
