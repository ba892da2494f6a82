"""A case set aside leaves the lists of the person or the team alone, and comes back by itself or by a word."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor, load_actor
from app.domain.cases.inbox.counters import load_list_counts
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.inbox.views import View
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.lifecycle.completion import complete
from app.domain.cases.lifecycle.set_aside import LONGEST, bring_back, bring_back_due, set_aside
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.errors import Conflict, Forbidden, Invalid
from app.domain.teams.teams import add_member
from app.tests.support.cases_fixtures import open_and_read_case
from app.tests.support.recipients import find_team_id, list_emailed, read_recipients, say
from db.tables.participants import SetAside

DAY = timedelta(days=1)
Place = dict[View, int]


async def find_views(actor: Actor, now: datetime) -> set[View]:
    """The views with the case. Each count is what its view shows."""
    counts = (await load_list_counts(actor, now)).views
    for view in set(View) - {View.DRAFTS, View.FOUND}:
        shown = await list_cases(actor, Filters(view=view), now)
        if counts[view] or view not in (View.OPEN, View.MINE):
            assert shown.total == len(shown.rows) == counts[view], (actor.address, view)
    return {view for view, count in counts.items() if count}


IN_LISTS = {View.TO_HANDLE, View.UNTAKEN, View.OPEN}
ASIDE = {View.SET_ASIDE, View.OPEN}


async def test_for_oneself_alone_until_the_morning_of_the_day(cast: Cast, case_id: UUID, now: datetime) -> None:
    """The case is the Lot's, where midnight is 23:00 UTC in winter."""
    day = now.date() + 3 * DAY
    await set_aside(cast.referent_caf_lot, case_id, day, now)

    eve = datetime.combine(day - DAY, datetime.min.time(), UTC) + timedelta(hours=22, minutes=59)
    assert await find_views(cast.referent_caf_lot, now) == ASIDE
    assert await find_views(cast.referent_caf_lot, eve) == ASIDE
    assert await find_views(cast.referent_caf_lot, eve + timedelta(minutes=1)) == IN_LISTS
    for other in (cast.manager_caf_lot, cast.referent_msa_lot):
        assert await find_views(other, now) == IN_LISTS
    assert await find_views(cast.agent_lot, now) == {View.OPEN, View.MINE}
    (row,) = (await list_cases(cast.referent_caf_lot, Filters(view=View.SET_ASIDE), now)).rows
    assert row.set_aside_until == eve + timedelta(minutes=1)


async def test_for_the_team_and_for_no_other(cast: Cast, case_id: UUID, now: datetime) -> None:
    await set_aside(cast.referent_caf_lot, case_id, now.date() + DAY, now, for_team=True)
    assert await find_views(cast.manager_caf_lot, now) == await find_views(cast.referent_caf_lot, now) == ASIDE
    assert await find_views(cast.referent_msa_lot, now) == IN_LISTS
    await bring_back(cast.manager_caf_lot, case_id, now)
    assert await find_views(cast.referent_caf_lot, now) == IN_LISTS


Act = Callable[[Cast, UUID, datetime], Awaitable[object]]


async def _close_and_reopen(cast: Cast, case_id: UUID, now: datetime) -> None:
    await close(cast.agent_lot, case_id, "solved", now)
    assert await find_views(cast.referent_caf_lot, now) == {View.CLOSED}
    await reopen(cast.agent_lot, case_id, now)


@pytest.mark.parametrize(
    "act",
    [
        lambda cast, case_id, now: say(cast.agent_lot, case_id, now),
        lambda cast, case_id, now: say(cast.referent_msa_lot, case_id, now),
        lambda cast, case_id, now: post_internal_note(cast.referent_msa_lot, case_id, "Note", key="k", now=now),
        lambda cast, case_id, now: complete(cast.agent_lot, case_id, "Numéro fiscal", "12", now),
        _close_and_reopen,
    ],
)
async def test_it_comes_back_as_soon_as_a_person_writes(cast: Cast, case_id: UUID, now: datetime, act: Act) -> None:
    for for_team in (True, False):
        await set_aside(cast.referent_caf_lot, case_id, now.date() + 9 * DAY, now, for_team=for_team)
    await act(cast, case_id, now)
    assert await find_views(cast.referent_caf_lot, now) == IN_LISTS and await SetAside.count() == 0


async def test_a_reading_or_a_taking_leaves_it_aside(cast: Cast, case_id: UUID, now: datetime) -> None:
    await set_aside(cast.referent_caf_lot, case_id, now.date() + 9 * DAY, now, for_team=True)
    await open_and_read_case(cast.referent_msa_lot, case_id, now)
    await take_charge(cast.manager_caf_lot, case_id, now)
    assert await find_views(cast.manager_caf_lot, now) == ASIDE


async def test_a_later_day_replaces_the_one_before(cast: Cast, case_id: UUID, now: datetime) -> None:
    for days in (2, 5, 3):
        await set_aside(cast.referent_caf_lot, case_id, now.date() + days * DAY, now)
    assert await SetAside.count() == 1
    assert await find_views(cast.referent_caf_lot, now + 2.5 * DAY) == ASIDE
    assert await find_views(cast.referent_caf_lot, now + 3 * DAY) == IN_LISTS


@pytest.mark.parametrize("days", [None, 0, -1, LONGEST.days + 1])
async def test_a_day_that_is_none_of_the_next_six_months_is_refused(
    cast: Cast, case_id: UUID, now: datetime, days: int | None
) -> None:
    day: date | None = None if days is None else now.date() + days * DAY
    with pytest.raises(Invalid):
        await set_aside(cast.referent_caf_lot, case_id, day, now)
    assert await SetAside.count() == 0


async def test_only_referents_and_only_while_it_is_open(cast: Cast, case_id: UUID, now: datetime) -> None:
    with pytest.raises(Forbidden):
        await set_aside(cast.agent_lot, case_id, now.date() + DAY, now)
    await close(cast.agent_lot, case_id, "solved", now)
    with pytest.raises(Conflict):
        await set_aside(cast.referent_caf_lot, case_id, now.date() + DAY, now)


async def test_on_the_day_the_person_is_reminded_once(cast: Cast, case_id: UUID, now: datetime) -> None:
    """For a team, the member who has the case; no person if none has."""
    await set_aside(cast.referent_caf_lot, case_id, now.date() + DAY, now)
    await set_aside(cast.manager_caf_lot, case_id, now.date() + DAY, now, for_team=True)
    await set_aside(cast.referent_msa_lot, case_id, now.date() + DAY, now, for_team=True)
    await take_charge(cast.manager_caf_lot, case_id, now)
    assert await bring_back_due(now) == 0 and await list_emailed("reminder") == []
    assert [await bring_back_due(now + 2 * DAY) for _ in range(2)] == [3, 0]
    assert await list_emailed("reminder") == ["referent.caf.lot", "responsable.caf.lot"]
    assert await SetAside.count() == 0


async def test_a_member_of_two_teams_sets_it_aside_in_both(cast: Cast, case_id: UUID, now: datetime) -> None:
    await add_member(cast.referent_caf_lot.id, await find_team_id("MSA du Lot"))
    julien = await load_actor(cast.referent_caf_lot.id)
    assert julien is not None
    await set_aside(julien, case_id, now.date() + DAY, now)
    assert await find_views(julien, now) == ASIDE
    for _ in range(2):
        await take_charge(julien, case_id, now)
    assert {row["taken_by"] for row in (await read_recipients(case_id)).values()} == {julien.id}


async def test_what_a_colleague_set_aside_delays_no_reminder_of_the_holder(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await take_charge(cast.referent_caf_lot, case_id, now)
    await set_aside(cast.manager_caf_lot, case_id, now.date() + DAY, now)
    await bring_back_due(now + 2 * DAY)
    assert (await read_recipients(case_id))["CAF"]["promise_reminded_at"] is None
    await set_aside(cast.referent_caf_lot, case_id, now.date() + 3 * DAY, now + 2 * DAY)
    await bring_back_due(now + 4 * DAY)
    assert (await read_recipients(case_id))["CAF"]["promise_reminded_at"] == now + 4 * DAY
