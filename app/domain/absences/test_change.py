"""An absence is set, changed and removed: by its person, or by the people who manage their team."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from app.cast import Cast
from app.domain.absences.absence import Absence, find_absences, find_planned_absences, is_absent
from app.domain.absences.change import (
    remove_own_absence,
    set_own_absence,
)
from app.domain.absences.colleagues import list_possible_replacements
from app.domain.absences.plan import LONGEST, AbsencePlan
from app.domain.absences.retention import RETENTION, delete_ended_absences
from app.domain.accounts.actor import Actor
from app.domain.errors import Invalid
from app.domain.members.managers import add_manager
from app.domain.reorganisation.deactivation import deactivate_account, preview_deactivation
from db.tables.absences import Absence as AbsenceRow
from db.tables.audit import AuditEntry
from db.tables.members import Membership
from db.tables.people import Person
from db.tables.teams import TeamArea

DAY = timedelta(days=1)
Verb = Callable[[Actor, int, int], Awaitable[object]]


def plan(now: datetime, first: int = 0, last: int = 3, replacement: Actor | None = None) -> AbsencePlan:
    """Days from today on."""
    return AbsencePlan(now.date() + first * DAY, now.date() + last * DAY, replacement.id if replacement else None)


def team_of(actor: Actor) -> int:
    return actor.seats[0].team_id


async def present(actor: Actor, now: datetime) -> Absence | None:
    return (await find_absences([actor.id], now)).get(actor.id)


async def test_an_absence_lasts_from_its_first_day_to_its_last_and_ends_by_itself(cast: Cast, now: datetime) -> None:
    julien = cast.referent_caf_lot
    await set_own_absence(julien, plan(now, first=1, last=2, replacement=cast.manager_caf_lot), now)

    assert not await is_absent(julien.id, now)
    assert julien.id in await find_planned_absences([julien.id], now)
    found = await present(julien, now + DAY)
    assert found and (found.last_day, found.replacement) == (now.date() + 2 * DAY, "Hélène Marty")
    assert await is_absent(julien.id, now + 2 * DAY) and not await is_absent(julien.id, now + 3 * DAY)
    assert not await find_planned_absences([julien.id], now + 3 * DAY)


async def test_days_are_those_of_the_person_s_territory(cast: Cast, now: datetime) -> None:
    """Midnight at La Réunion is 20:00 of the day before in UTC."""
    await TeamArea.update({TeamArea.area: "974"}).where(TeamArea.team == team_of(cast.agent_cher))
    await set_own_absence(cast.agent_cher, AbsencePlan(date(2027, 1, 5), date(2027, 1, 5), None), now)

    begins = datetime(2027, 1, 4, 20, tzinfo=UTC)
    for moment, away in ((begins - DAY / 24, False), (begins, True), (begins + DAY, False)):
        assert await is_absent(cast.agent_cher.id, moment) == away, moment


async def test_a_new_absence_takes_the_place_of_the_other_and_can_be_removed(cast: Cast, now: datetime) -> None:
    julien = cast.referent_caf_lot
    await set_own_absence(julien, plan(now, replacement=cast.manager_caf_lot), now)
    await set_own_absence(julien, plan(now, last=5), now)

    found = await present(julien, now)
    assert found and (found.last_day, found.replacement_id) == (now.date() + 5 * DAY, None)
    assert await AbsenceRow.count() == 1

    await remove_own_absence(julien, now)
    await remove_own_absence(julien, now)
    assert await AbsenceRow.count() == 0
    rows = await AuditEntry.select(AuditEntry.action).where(AuditEntry.action.like("absence.%")).order_by(AuditEntry.id)
    assert [row["action"] for row in rows] == ["absence.set", "absence.set", "absence.removed"]


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(0, -1, "au"), (-3, -1, "au"), (0, LONGEST.days, "au"), (LONGEST.days + 1, LONGEST.days + 2, "du")],
)
async def test_days_that_make_no_absence_are_refused(
    cast: Cast, now: datetime, first: int, last: int, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await set_own_absence(cast.agent_lot, plan(now, first, last), now)

    assert set(refused.value.fields) == {field} and await AbsenceRow.count() == 0


async def test_a_year_is_accepted_and_days_before_today_too(cast: Cast, now: datetime) -> None:
    await set_own_absence(cast.agent_lot, plan(now, 0, LONGEST.days - 1), now)
    await set_own_absence(cast.agent_lot, plan(now, -3, 0), now)
    assert await is_absent(cast.agent_lot.id, now)


async def test_colleagues_alone_replace_and_not_who_never_came(cast: Cast, now: datetime) -> None:
    offered = await list_possible_replacements(cast.agent_lot.id)

    assert [one.name for one in offered] == ["Bastien Roques"]
    for stranger in (cast.agent_lot, cast.agent_cher, cast.newcomer_lot, cast.admin):
        with pytest.raises(Invalid) as refused:
            await set_own_absence(cast.agent_lot, plan(now, replacement=stranger), now)
        assert set(refused.value.fields) == {"remplacement"}


async def test_a_replacement_who_is_absent_too_is_accepted_and_told(cast: Cast, now: datetime) -> None:
    julien, helene = cast.referent_caf_lot, cast.manager_caf_lot
    assert not await set_own_absence(helene, plan(now, 3, 4), now)

    assert await set_own_absence(julien, plan(now, 0, 3, helene), now)
    assert not await set_own_absence(julien, plan(now, 0, 2, helene), now)


async def test_a_replacement_who_left_the_team_or_the_platform_is_ignored_and_named(cast: Cast, now: datetime) -> None:
    julien, helene = cast.referent_caf_lot, cast.manager_caf_lot
    await set_own_absence(julien, plan(now, replacement=helene), now)
    await Person.update({Person.active: False}).where(Person.id == helene.id)
    found = await present(julien, now)
    assert found and (found.replacement_id, found.replacement) == (None, "")

    await Person.update({Person.active: True}).where(Person.id == helene.id)
    await Membership.delete().where(Membership.person == helene.id)
    found = await present(julien, now)
    assert found and (found.replacement_id, found.former_replacement) == (None, "Hélène Marty")


async def test_a_closed_account_keeps_no_absence(cast: Cast, now: datetime) -> None:
    julien = cast.referent_caf_lot
    await add_manager(cast.admin, team_of(julien), julien.id, now)
    await set_own_absence(julien, plan(now), now)
    seen = (await preview_deactivation(cast.admin, julien.id)).preview_version

    await deactivate_account(cast.admin, julien.id, {}, seen, now)

    assert await AbsenceRow.count() == 0


async def test_an_absence_goes_thirty_days_after_its_end(cast: Cast, now: datetime) -> None:
    await set_own_absence(cast.agent_lot, plan(now), now)
    row = await AbsenceRow.select(AbsenceRow.ends_at).first()
    assert row is not None

    assert await delete_ended_absences(row["ends_at"] + RETENTION - DAY / 24) == 0
    assert await delete_ended_absences(row["ends_at"] + RETENTION) == 1
    assert await AbsenceRow.count() == 0
