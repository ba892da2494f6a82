"""Five people’s answers are added by themselves; what waits at a stop is lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from app.domain.cases.lifecycle.survey_buffer import find_answer_buffer
from app.domain.cases.lifecycle.survey_counts import list_shown_results
from app.gateways.workers import survey
from app.gateways.workers.survey import SurveyWorker
from app.tests.support.survey_fixtures import close_and_answer, run_survey_worker
from db.tables.survey import SurveyCount

if TYPE_CHECKING:
    from app.domain.accounts.actor import Actor
    from app.tests.support.cases_fixtures import NewCase
    from app.tests.support.fixtures import Clock


async def work_and_stop(clock: Clock) -> None:
    """Some runs of the worker, then the stop of its process."""
    worker = asyncio.create_task(SurveyWorker(clock).work())
    await asyncio.sleep(0.1)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)


async def test_fewer_than_five_are_never_written_and_nothing_is_at_a_stop(
    five_people: list[Actor], new_case: NewCase, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey, "RUN_INTERVAL", 0.01)
    for actor in five_people[:4]:
        await close_and_answer(actor, await new_case("CAF"), clock.now)
    assert await run_survey_worker(clock, 100) == 0
    await work_and_stop(clock)
    assert await SurveyCount.count() == 0

    await close_and_answer(five_people[4], await new_case("CAF"), clock.now)
    await work_and_stop(clock)
    assert len(find_answer_buffer().list_full_groups()) == 1 and await SurveyCount.count() == 0, (
        "they were to be added a minute later"
    )


async def test_the_worker_adds_them_by_itself(
    five_people: list[Actor], new_case: NewCase, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for actor in five_people:
        await close_and_answer(actor, await new_case("CAF"), clock.now)
    clock.advance(minutes=2)
    monkeypatch.setattr(survey, "RUN_INTERVAL", 0.01)
    worker = asyncio.create_task(SurveyWorker(clock).work())
    for _ in range(500):
        if await SurveyCount.count():
            break
        await asyncio.sleep(0.01)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)

    assert await list_shown_results("2026-11") == {"useful": {"yes": 5}, "quick": {"partly": 5}, "clear": {"no": 5}}
