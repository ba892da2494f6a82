"""A team is absent while all its active members are, until the first of them is back."""

from datetime import datetime, timedelta

from app.cast import Cast
from app.domain.absences.absent_teams import AbsentTeam, find_absent_teams
from app.domain.absences.change import set_own_absence
from app.domain.absences.plan import AbsencePlan
from app.domain.accounts.actor import Actor
from db.tables.people import Person

DAY = timedelta(days=1)


def team_of(actor: Actor) -> int:
    return actor.seats[0].team_id


async def leave(actor: Actor, now: datetime, days: int) -> None:
    await set_own_absence(actor, AbsencePlan(now.date(), now.date() + days * DAY, None), now)


async def test_a_team_is_absent_until_the_first_of_its_members_is_back(cast: Cast, now: datetime) -> None:
    julien, helene, caf = cast.referent_caf_lot, cast.manager_caf_lot, team_of(cast.referent_caf_lot)
    await leave(julien, now, 5)
    assert not await find_absent_teams([caf], now)

    await leave(helene, now, 2)
    assert await find_absent_teams([caf, team_of(cast.agent_lot)], now) == [
        AbsentTeam(caf, "CAF du Lot", now.date() + 2 * DAY)
    ]
    assert not await find_absent_teams([caf], now + 3 * DAY)


async def test_a_deactivated_member_is_not_waited_for_and_a_team_without_one_is_not_absent(
    cast: Cast, now: datetime
) -> None:
    julien, caf = cast.referent_caf_lot, team_of(cast.referent_caf_lot)
    await leave(julien, now, 1)
    await Person.update({Person.active: False}).where(Person.id == cast.manager_caf_lot.id)
    assert [team.id for team in await find_absent_teams([caf], now)] == [caf]

    await Person.update({Person.active: False}).where(Person.id == julien.id)
    assert not await find_absent_teams([caf], now)
