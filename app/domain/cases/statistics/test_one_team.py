"""With one team a case, the figures of an organisation are those of its cases, as before teams had their own turn.

What is expected is computed from the columns of the case and its events, where turn, clock and answers were then.
"""

from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.case_status import Status
from app.domain.cases.events import EventKind
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.test_lateness import november
from app.domain.cases.statistics.counting import RECENT_PERIOD
from app.domain.cases.statistics.test_lines import figures, say
from app.domain.cases.statistics.totals import CaseStatistics, round_down_hours
from app.domain.cases.thread.answers import announce_handled, dismiss
from app.tests.support.cases_fixtures import NewCase, clear_rate_limits, open_and_read_case
from db.tables.participants import Recipient
from db.tables.thread import Event

DAY = timedelta(days=1)


@pytest.mark.parametrize("seed", range(3))
async def test_all_figures_are_those_of_the_case(seed: int, cast: Cast, new_case: NewCase, now: datetime) -> None:
    draw = Random(seed)  # noqa: S311
    for _ in range(5):
        acronym, referent = draw.choice((("CAF", cast.referent_caf_lot), ("MSA", cast.referent_msa_lot)))
        await live(draw, cast.agent_lot, referent, await new_case(acronym), now)

    for moment in (now + DAY, november(26), november(60)):
        found = {name: counted for name, counted in (await figures(moment)).items() if not counted.is_empty}
        assert found == await count_cases(moment)


async def live(draw: Random, agent: Actor, referent: Actor, case_id: UUID, now: datetime) -> None:
    """A few actions of the agent and of the team that received the case, then perhaps its closing."""
    for _ in range(draw.randrange(4)):
        now += timedelta(minutes=draw.randrange(1, 2000))
        await clear_rate_limits()
        match draw.randrange(5):
            case 0:
                await open_and_read_case(referent, case_id, now)
            case 1:
                await say(agent, case_id, now)
            case 2:
                await say(referent, case_id, now)
            case 3:
                await announce_handled(referent, case_id, "Versé", key=str(uuid4()), now=now)
            case 4:
                await dismiss(referent, case_id, "Pas chez nous", key=str(uuid4()), now=now)
    if draw.random() < 0.3:
        await close(agent, case_id, "solved", now)


async def count_cases(now: datetime) -> dict[str, CaseStatistics]:
    """Of each organisation and of the area: the same cases, by the columns of the case."""
    found = dict[str, CaseStatistics]()
    for row in await _list_cases():
        for name in (row["organisation"], "Lot"):
            _count_case(found.setdefault(name, CaseStatistics()), row, now)
    return {name: counted for name, counted in found.items() if not counted.is_empty}


def _count_case(counted: CaseStatistics, row: dict[str, Any], now: datetime) -> None:
    since = now - RECENT_PERIOD
    if row["status"] != Status.CLOSED:
        counted.open[Status(row["status"])] += 1
    counted.closed += row["closed_at"] is not None and row["closed_at"] >= since
    counted.late += row["late_from"] is not None and row["late_from"] <= now
    counted.sent += row["sent_at"] >= since
    if row["answered_at"] and row["sent_at"] >= since:
        counted.answer_delays[round_down_hours(row["answered_at"] - row["sent_at"])] += 1


async def _list_cases() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await Recipient.select(
        Recipient.case.id.as_alias("id"),
        Recipient.case.status.as_alias("status"),
        Recipient.case.late_from.as_alias("late_from"),
        Recipient.case.sent_at.as_alias("sent_at"),
        Recipient.case.closed_at.as_alias("closed_at"),
        Recipient.team.organisation.acronym.as_alias("organisation"),
    )
    return [{**row, "answered_at": await _find_first_answer(row["id"])} for row in rows]


async def _find_first_answer(case_id: UUID) -> datetime | None:
    row = await (
        Event.select(Event.happened_at)
        .where(
            Event.case == case_id,
            Event.kind.is_in([EventKind.MESSAGE, EventKind.HANDLED, EventKind.IRRELEVANT]),
            Event.team.organisation.kind == "operator",
        )
        .order_by(Event.id)
        .first()
    )
    return row["happened_at"] if row else None
