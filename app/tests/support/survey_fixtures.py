"""Five people who close cases and answer the survey."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.survey import answer_survey
from app.domain.cases.lifecycle.survey_buffer import add_full_groups
from app.tests.support.cases_fixtures import make_colleague

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from app.cast import Cast
    from app.domain.accounts.actor import Actor
    from app.tests.support.fixtures import Clock

ANSWERS = {"useful": "yes", "quick": "partly", "clear": "no"}


@pytest.fixture
async def five_people(cast: Cast, now: datetime) -> list[Actor]:
    """People who may close Carmen’s cases; she is the first."""
    return [
        cast.agent_lot,
        cast.colleague_lot,
        *[await make_colleague(cast, name, now) for name in ("ana", "bob", "cyr")],
    ]


async def close_and_answer(actor: Actor, case_id: UUID, now: datetime, **answers: str) -> UUID:
    """Closed by this person, who answers at once."""
    await close(actor, case_id, "solved", now)
    await answer_survey(actor, case_id, ANSWERS | answers, now)
    return case_id


async def run_survey_worker(clock: Clock, count: int) -> int:
    """Runs the worker `count` times, a minute apart. Returns the number of answers added."""
    return sum([await add_full_groups(clock.advance(minutes=1)) for _ in range(count)])
