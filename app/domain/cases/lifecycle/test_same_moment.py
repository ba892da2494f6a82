"""Two gestures at the same moment on one case: it is left as one of the two orders leaves it, and nothing is lost."""

import asyncio
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.cases.access import load_locked_case
from app.domain.cases.change import CaseChange
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.progress.rows import build_case_columns, build_progress, write_progress
from app.domain.cases.progress.steps import CaseProgress
from app.domain.cases.thread import posting
from app.domain.reorganisation.merger import merge_teams
from app.domain.reorganisation.team_closure import close_team
from app.tests.support.case_verbs import (
    Verb,
    closes,
    dismisses,
    handles,
    invites,
    opens,
    passes_on,
    refused,
    rows,
    says,
    steps_out,
)
from app.tests.support.cases_fixtures import NewCase, clear_rate_limits
from app.tests.support.recipients import find_team_id, list_turns, say
from db.tables.cases import Case
from db.tables.thread import Event

CAF, MSA, AGENT = "referent_caf_lot", "referent_msa_lot", "agent_lot"
PAIRS: dict[str, tuple[Verb, Verb]] = {
    "two teams have handled it": (handles(CAF), handles(MSA)),
    "one answers, one dismisses": (says(CAF), dismisses(MSA)),
    "an agent closes, a team steps out": (closes, steps_out(CAF)),
    "an agent asks, a team answers": (says(AGENT), handles(CAF)),
    "both teams step out": (steps_out(CAF), steps_out(MSA)),
    "each transfers to the other": (passes_on(CAF, "MSA du Lot"), passes_on(MSA, "CAF du Lot")),
    "both invite one team": (invites(CAF, "CPAM du Lot"), invites(MSA, "CPAM du Lot", opinion=True)),
    "both open, one answers": (opens(MSA), says(CAF)),
}


@pytest.mark.parametrize("pair", PAIRS)
async def test_two_gestures_leave_what_one_order_leaves(
    cast: Cast, new_case: NewCase, now: datetime, pair: str
) -> None:
    first, second = PAIRS[pair]
    together, one, other = [await new_case("CAF", "MSA") for _ in range(3)]
    await clear_rate_limits()

    ended = await asyncio.gather(refused(first, cast, together, now), refused(second, cast, together, now))

    orders = [[await refused(verb, cast, one, now) for verb in (first, second)]]
    orders.append([await refused(verb, cast, other, now) for verb in (second, first)][::-1])
    expected = [(orders[0], await rows(one)), (orders[1], await rows(other))]
    assert (list(ended), await rows(together)) in expected
    assert await count_events(together) in [await count_events(one), await count_events(other)]


async def count_events(case_id: UUID) -> list[str]:
    return sorted(row["kind"] for row in await Event.select(Event.kind).where(Event.case == case_id))


@pytest.mark.parametrize("merged", ["MSA du Lot", "CAF du Lot"])
async def test_an_answer_is_not_lost_in_a_merger_of_its_team(
    cast: Cast, case_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch, merged: str
) -> None:
    """The merger begins once the answer has read the case, and before it writes."""
    old, new = await find_team_id(merged), await find_team_id("France Travail du Lot")
    reading, write = asyncio.Event(), write_progress

    async def merge() -> None:
        await reading.wait()
        await merge_teams(cast.admin, old, new, now)

    merging = asyncio.create_task(merge())

    async def write_slowly(case: CaseFacts, after: CaseProgress) -> CaseChange:
        reading.set()
        await asyncio.wait({merging}, timeout=0.5)
        return await write(case, after)

    monkeypatch.setattr(posting, "write_progress", write_slowly)
    await asyncio.gather(say(cast.referent_caf_lot, case_id, now), merging)

    found = await load_locked_case(case_id)
    assert found is not None and old not in found.teams
    answered = [team for team, one in found.teams.items() if one.first_answer_at == now and not one.has_turn]
    owing = [team for team, one in found.teams.items() if one.has_turn and one.first_answer_at is None]
    assert (len(answered), len(owing)) == (1, 1)
    columns = build_case_columns(build_progress(found))
    assert await Case.select(*columns).where(Case.id == case_id).first() == {
        column._meta.name: value for column, value in columns.items()
    }


async def test_a_message_to_all_is_not_lost_in_a_merger_of_two_of_its_teams(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await say(cast.referent_caf_lot, case_id, now)
    caf, msa = await find_team_id("CAF du Lot"), await find_team_id("MSA du Lot")
    await asyncio.gather(say(cast.agent_lot, case_id, now), merge_teams(cast.admin, msa, caf, now))

    found = await load_locked_case(case_id)
    assert found is not None and list(found.teams) == [caf] and found.next_side == "referent"
    assert found.teams[caf].has_turn and found.teams[caf].first_answer_at == now
    assert await count_events(case_id) == ["message", "message", "sent", "team_merged"]


async def test_a_team_closes_while_another_of_its_cases_is_answered(
    cast: Cast, new_case: NewCase, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The closing has written one case, and the answer has read the other."""
    cases = [await new_case("CAF", "MSA") for _ in range(2)]
    await clear_rate_limits()
    closing = close_team(cast.admin, await find_team_id("MSA du Lot"), now)
    await asyncio.gather(closing, *(say(cast.referent_caf_lot, case_id, now) for case_id in cases))
    for case_id in cases:
        assert await count_events(case_id) == ["message", "sent", "team_closed"]
        assert await list_turns(case_id) == set()
