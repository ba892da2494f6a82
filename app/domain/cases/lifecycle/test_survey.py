"""The survey: once each, five people together, never in the minute of a closure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from app.domain.cases.events import EventKind
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.lifecycle.survey import answer_survey, build_participation_query
from app.domain.cases.lifecycle.survey_buffer import GROUP_SIZE, add_full_groups
from app.domain.cases.lifecycle.survey_counts import list_shown_results
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.errors import Conflict, Invalid
from app.domain.platform.state import begin_maintenance, end_maintenance
from app.tests.support.survey_fixtures import ANSWERS, close_and_answer, run_survey_worker
from db.batch import fetch_query
from db.engine import is_postgres, transaction
from db.tables.survey import SurveyCount
from db.tables.thread import Event

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from app.cast import Cast
    from app.domain.accounts.actor import Actor
    from app.tests.support.cases_fixtures import NewCase
    from app.tests.support.fixtures import Clock


async def totals() -> set[tuple[str, str, int]]:
    tallies = await SurveyCount.select().where(SurveyCount.total > 0)
    return {(row["question"], row["answer"], row["total"]) for row in tallies}


async def test_it_counts_once_and_five_together(five_people: list[Actor], new_case: NewCase, clock: Clock) -> None:
    for actor in five_people:
        case_id = await close_and_answer(actor, await new_case("CAF"), clock.now)
        for _ in range(3):
            await answer_survey(actor, case_id, dict.fromkeys(ANSWERS, "yes"), clock.now)
        assert await fetch_query(build_participation_query(case_id)) and await SurveyCount.count() == 0

    assert await run_survey_worker(clock, 1) == 0, "not in the minute of the last answer"
    assert await run_survey_worker(clock, 1) == 5
    assert await run_survey_worker(clock, 3) == 0
    assert await totals() == {("useful", "yes", 5), ("quick", "partly", 5), ("clear", "no", 5)}


async def test_results_are_shown_from_five_answers_up(cast: Cast) -> None:
    for total in (4, 5):
        row = SurveyCount(month="2026-11", question="clear", answer=f"{total}", total=total)
        await SurveyCount.delete(force=True)
        await SurveyCount.insert(row)
        assert await list_shown_results("2026-11") == ({} if total == 4 else {"clear": {"5": 5}})


async def test_each_addition_marks_every_sum_of_its_month(
    five_people: list[Actor], new_case: NewCase, clock: Clock
) -> None:
    for _ in range(2):
        for actor in five_people:
            await close_and_answer(actor, await new_case("CAF"), clock.now)
        await run_survey_worker(clock, 2)

    assert await SurveyCount.count() == 9
    if is_postgres():
        marks = await SurveyCount.raw("SELECT DISTINCT xmin::text AS mark FROM survey_count")
        assert len(marks) == 1


async def test_only_who_closed_it_answers_the_survey(cast: Cast, case_id: UUID, now: datetime) -> None:
    await close(cast.agent_lot, case_id, "solved", now)

    with pytest.raises(Conflict):
        await answer_survey(cast.colleague_lot, case_id, ANSWERS, now)
    with pytest.raises(Invalid):
        await answer_survey(cast.agent_lot, case_id, {"useful": "perhaps"}, now)


async def test_a_group_holds_one_answer_of_each_person(
    five_people: list[Actor], new_case: NewCase, clock: Clock
) -> None:
    """A sum of five answers of one person would reveal them."""
    for _ in range(GROUP_SIZE + 1):
        await close_and_answer(five_people[0], await new_case("CAF"), clock.now)
    assert await run_survey_worker(clock, 3) == 0
    for actor in five_people[1:]:
        await close_and_answer(actor, await new_case("CAF"), clock.now)

    assert await run_survey_worker(clock, 3) == 5
    assert await totals() == {("useful", "yes", 5), ("quick", "partly", 5), ("clear", "no", 5)}


async def test_fewer_than_five_are_never_written(five_people: list[Actor], new_case: NewCase, clock: Clock) -> None:
    for actor in five_people[:4]:
        await close_and_answer(actor, await new_case("CAF"), clock.now)

    assert await run_survey_worker(clock, 200) == 0 and await SurveyCount.count() == 0


async def closes(actor: Actor, case_id: UUID, now: datetime) -> None:
    await close(actor, case_id, "solved", now)


async def closes_and_reopens(actor: Actor, case_id: UUID, now: datetime) -> None:
    await close(actor, case_id, "solved", now)
    await reopen(actor, case_id, now)


@pytest.mark.parametrize("end", [closes, closes_and_reopens, withdraw])
async def test_never_in_the_minute_of_a_closing(
    five_people: list[Actor], new_case: NewCase, clock: Clock, end: Callable[..., object]
) -> None:
    """The closure of any case: the worker does not check whether its answer is in the group."""
    for actor in five_people:
        await close_and_answer(actor, await new_case("CAF"), clock.now)
    others = [await new_case("CAF") for _ in range(4)]
    await run_survey_worker(clock, 1)
    for case_id in others:
        await end(five_people[0], case_id, clock.advance(seconds=59))  # type: ignore[misc]
        assert await add_full_groups(clock.advance(seconds=1)) == 0

    assert await add_full_groups(clock.advance(seconds=58)) == 0
    assert await add_full_groups(clock.advance(seconds=1)) == 5


async def test_without_a_quiet_minute_they_wait_beyond_a_day(
    five_people: list[Actor], new_case: NewCase, clock: Clock
) -> None:
    """A closure of the next day stands for one in each minute until then."""
    for actor in five_people:
        await close_and_answer(actor, await new_case("CAF"), clock.now)
    last = clock.now + timedelta(days=1, minutes=5)
    await Event.update({Event.happened_at: last}).where(Event.kind == EventKind.CLOSED)
    assert await run_survey_worker(clock, 24 * 60 + 5) == 0 and clock.now == last

    assert await run_survey_worker(clock, 1) == 5


async def test_they_count_in_the_month_in_which_they_are_added(
    five_people: list[Actor], new_case: NewCase, clock: Clock
) -> None:
    """A month never holds fewer than five: those that wait at its end are added with others in the next."""
    clock.now = datetime(2026, 11, 30, 23, 58, tzinfo=UTC)
    for actor in five_people[:4]:
        await close_and_answer(actor, await new_case("CAF"), clock.now)
    await run_survey_worker(clock, 1)
    await close_and_answer(five_people[4], await new_case("CAF"), clock.now)

    assert await run_survey_worker(clock, 2) == 5
    assert await list_shown_results("2026-11") == {} and len(await list_shown_results("2026-12")) == 3


async def test_in_maintenance_they_wait(cast: Cast, five_people: list[Actor], new_case: NewCase, clock: Clock) -> None:
    for actor in five_people:
        await close_and_answer(actor, await new_case("CAF"), clock.now)
    await run_survey_worker(clock, 1)
    await begin_maintenance(cast.admin, clock.now)
    assert await run_survey_worker(clock, 3) == 0
    await end_maintenance(cast.admin, clock.now)

    assert await run_survey_worker(clock, 1) == 5


class _UndoneError(Exception):
    """Rolls a transaction back."""


async def test_what_was_taken_back_waits_nowhere(five_people: list[Actor], new_case: NewCase, clock: Clock) -> None:
    """What could not be added waits for the next minute."""
    with pytest.raises(_UndoneError):
        async with transaction():
            await close_and_answer(five_people[0], await new_case("CAF"), clock.now)
            raise _UndoneError
    for actor in five_people[1:]:
        await close_and_answer(actor, await new_case("CAF"), clock.now)
    assert await run_survey_worker(clock, 3) == 0
    await close_and_answer(five_people[0], await new_case("CAF"), clock.now)
    await run_survey_worker(clock, 1)
    await SurveyCount.raw("ALTER TABLE survey_count RENAME TO away")
    with pytest.raises(Exception, match="survey_count"):
        await run_survey_worker(clock, 1)
    await SurveyCount.raw("ALTER TABLE away RENAME TO survey_count")

    assert await run_survey_worker(clock, 1) == 5
