"""A case continues in another one while a second gesture reaches one of them: no half of it is left."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.cases.access import load_locked_case
from app.domain.cases.lifecycle import continuation_undo
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.lifecycle.continuation import continue_in
from app.domain.cases.lifecycle.continuation_row import Continuation, load_continuation
from app.domain.cases.lifecycle.continuation_undo import separate
from app.domain.cases.lifecycle.invitation import invite_colleagues
from app.domain.errors import DomainError
from app.tests.support.cases_fixtures import NewCase, clear_rate_limits
from app.tests.support.recipients import list_turns, read_recipients, say
from db.tables.case_links import CaseContinuation, CaseLink
from db.tables.cases import Case
from db.tables.participants import Guest
from db.tables.thread import Event


async def run_together(*verbs: Awaitable[None]) -> list[str]:
    """The name of what refused each; empty when it went through."""
    ended = await asyncio.gather(*verbs, return_exceptions=True)
    assert all(one is None or isinstance(one, DomainError) for one in ended), ended
    return [type(one).__name__ if one else "" for one in ended]


async def read_ends(*case_ids: UUID) -> list[str]:
    rows = {row["id"]: row["outcome"] for row in await Case.select(Case.id, Case.outcome)}
    return [rows[one] for one in case_ids]


async def list_kinds(case_id: UUID) -> list[str]:
    return [row["kind"] for row in await Event.select(Event.kind).where(Event.case == case_id).order_by(Event.id)]


async def test_two_cases_never_continue_in_each_other(cast: Cast, new_case: NewCase, now: datetime) -> None:
    one, other = await new_case("CAF"), await new_case("MSA")
    await clear_rate_limits()
    refused = await run_together(
        continue_in(cast.agent_lot, one, other, now), continue_in(cast.colleague_lot, other, one, now)
    )
    assert sorted(refused) == ["", "Conflict"] and sorted(await read_ends(one, other)) == ["", "duplicate"]
    assert await CaseContinuation.count() == await CaseLink.count() == 1


async def test_it_continues_in_one_of_two(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id, one, other = [await new_case(acronym) for acronym in ("CAF", "MSA", "CPAM")]
    await clear_rate_limits()
    refused = await run_together(
        continue_in(cast.agent_lot, case_id, one, now), continue_in(cast.colleague_lot, case_id, other, now)
    )
    assert sorted(refused) == ["", "Conflict"]
    found = await load_continuation(case_id)
    assert found is not None
    reached = [place for place in (one, other) if "CAF" in await read_recipients(place)]
    assert reached == [found.other_id]


async def test_a_closing_of_either_case(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id, other = await new_case("CAF"), await new_case("MSA")
    await clear_rate_limits()
    refused = await run_together(
        continue_in(cast.agent_lot, case_id, other, now), close(cast.colleague_lot, case_id, "solved", now)
    )
    assert sorted(refused) == ["", "Conflict"]
    (end,) = await read_ends(case_id)
    assert (end == "duplicate") == ("CAF" in await read_recipients(other)) == (refused[0] == "")

    third = await new_case("CPAM")
    await clear_rate_limits()
    refused = await run_together(
        continue_in(cast.agent_lot, third, other, now), close(cast.colleague_lot, other, "solved", now)
    )
    ends = await read_ends(third, other)
    assert ends == (["", "solved"] if refused[0] else ["duplicate", "solved"]) and await list_turns(other) == set()


async def test_a_message_counts_before_or_is_refused(cast: Cast, new_case: NewCase, now: datetime) -> None:
    """An answer that came first leaves the team without a turn there."""
    case_id, other = await new_case("CAF"), await new_case("MSA")
    await clear_rate_limits()
    refused = await run_together(
        say(cast.referent_caf_lot, case_id, now), continue_in(cast.agent_lot, case_id, other, now)
    )
    assert refused[1] == "" and ("message" in await list_kinds(case_id)) == (refused[0] == "")
    assert ("CAF" in await list_turns(other)) == (refused[0] != "")


async def test_an_answer_in_the_other_case_while_it_is_taken_back(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id, other = await new_case("CAF"), await new_case("MSA")
    await continue_in(cast.agent_lot, case_id, other, now)
    await clear_rate_limits()
    refused = await run_together(separate(cast.agent_lot, case_id, now), say(cast.referent_caf_lot, other, now))
    left = (await read_recipients(other))["CAF"]["left_at"] is not None
    assert refused[0] == "" and left == (refused[1] != "")
    case = await load_locked_case(case_id)
    assert case is not None and not case.duplicate and await list_turns(case_id) == {"CAF"}


async def test_it_is_taken_back_twice(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id, other = await new_case("CAF"), await new_case("MSA")
    for _ in range(5):
        await clear_rate_limits()
        await continue_in(cast.agent_lot, case_id, other, now)
        assert await run_together(separate(cast.agent_lot, case_id, now), separate(cast.agent_lot, case_id, now)) == [
            "",
            "",
        ]


async def test_two_cases_are_taken_back_from_the_same_one(cast: Cast, new_case: NewCase, now: datetime) -> None:
    one, two, other = [await new_case(acronym) for acronym in ("CAF", "CPAM", "MSA")]
    for _ in range(5):
        await clear_rate_limits()
        for case_id in (one, two):
            await continue_in(cast.agent_lot, case_id, other, now)
        await clear_rate_limits()
        ended = await run_together(separate(cast.agent_lot, one, now), separate(cast.colleague_lot, two, now))
        assert ended == ["", ""] and await list_turns(other) == {"MSA"}


async def test_a_former_continuation_is_not_what_is_taken_back(
    cast: Cast, new_case: NewCase, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A colleague's press has read where the case continues; it continues elsewhere before the press has its turn."""
    case_id, one, other = [await new_case(acronym) for acronym in ("CAF", "MSA", "CPAM")]
    await continue_in(cast.agent_lot, case_id, one, now)
    await clear_rate_limits()
    former = await load_continuation(case_id)
    await separate(cast.agent_lot, case_id, now)
    await continue_in(cast.agent_lot, case_id, other, now)
    answers = [former]

    async def read_late(asked: UUID) -> Continuation | None:
        return answers.pop() if answers else await load_continuation(asked)

    monkeypatch.setattr(continuation_undo, "load_continuation", read_late)
    assert await run_together(separate(cast.colleague_lot, case_id, now)) == ["Conflict"]
    assert await read_ends(case_id) == ["duplicate"] and await list_turns(other) == {"CAF", "CPAM"}


async def test_one_person_does_two_things(cast: Cast, new_case: NewCase, now: datetime) -> None:
    """Neither waits for the other, who would wait for it: the limits of the person are taken before the lock."""
    case_id = await new_case("CAF", "CPAM", actor=cast.colleague_lot)
    other, third = await new_case("MSA"), await new_case("CAF")
    for _ in range(6):
        await clear_rate_limits()
        assert await run_together(
            continue_in(cast.agent_lot, case_id, other, now), invites_and_removes(cast, third, now)
        ) == ["", ""]
        await clear_rate_limits()
        assert await run_together(separate(cast.agent_lot, case_id, now), closes_and_reopens(cast, third, now)) == [
            "",
            "",
        ]


async def invites_and_removes(cast: Cast, case_id: UUID, now: datetime) -> None:
    for _ in range(4):
        await invite_colleagues(cast.agent_lot, case_id, {cast.colleague_lot.id}, now)
        await Guest.delete().where(Guest.case == case_id)


async def closes_and_reopens(cast: Cast, case_id: UUID, now: datetime) -> None:
    for _ in range(4):
        await close(cast.agent_lot, case_id, "solved", now)
        await reopen(cast.agent_lot, case_id, now)
