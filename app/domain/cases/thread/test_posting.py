"""Messages: all stored, in order, once each; a referent's makes the case Répondue."""

import asyncio
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.case_status import Status
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.thread.posting import post_message
from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.rate_limit import RATE_LIMITS, LimitedAction
from app.tests.support.case_reads import read_thread
from app.tests.support.cases_fixtures import open_and_read_case
from db.tables.email import Email
from db.tables.thread import Event, Message


def key() -> str:
    return str(uuid4())


async def status(cast: Cast, case_id: UUID) -> Status:
    return (await load_visible_case(cast.agent_lot, case_id)).status


async def test_opening_makes_it_consultee_and_answering_repondue(cast: Cast, case_id: UUID, now: datetime) -> None:
    assert await status(cast, case_id) == Status.NEW

    await open_and_read_case(cast.agent_lot, case_id, now)
    await open_and_read_case(cast.colleague_lot, case_id, now)
    assert await status(cast, case_id) == Status.NEW
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    assert await status(cast, case_id) == Status.SEEN
    await post_message(cast.agent_lot, case_id, "Bonjour", key=key(), now=now)
    assert await status(cast, case_id) == Status.SEEN
    await post_message(cast.referent_msa_lot, case_id, "Je regarde", key=key(), now=now)
    assert await status(cast, case_id) == Status.ANSWERED


async def test_each_team_that_opens_is_a_line_once(cast: Cast, case_id: UUID, now: datetime) -> None:
    for referent in (cast.referent_caf_lot, cast.manager_caf_lot, cast.referent_msa_lot, cast.referent_caf_lot):
        await open_and_read_case(referent, case_id, now)

    case = await load_visible_case(cast.agent_lot, case_id)
    opened = [entry.acronym for entry in await read_thread(cast.agent_lot, case) if entry.kind == "opened"]
    assert opened == ["CAF", "MSA"]


async def test_two_hundred_messages_at_once_are_all_there_in_one_order(
    cast: Cast, case_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RATE_LIMITS, LimitedAction.MESSAGE, replace(RATE_LIMITS[LimitedAction.MESSAGE], burst=50))
    writers = [cast.agent_lot, cast.colleague_lot, cast.referent_caf_lot, cast.referent_msa_lot]

    await asyncio.gather(
        *(post_message(writers[n % 4], case_id, f"Message {n}", key=key(), now=now) for n in range(200))
    )

    case = await load_visible_case(cast.agent_lot, case_id)
    seen = [entry for entry in await read_thread(cast.agent_lot, case) if entry.kind == "message"]
    assert {entry.body for entry in seen} == {f"Message {n}" for n in range(200)}
    assert [entry.event_id for entry in seen] == sorted(entry.event_id for entry in seen)
    again = await read_thread(cast.referent_caf_lot, case)
    assert [entry.event_id for entry in again if entry.kind == "message"] == [entry.event_id for entry in seen]


async def test_the_same_message_sent_fifty_times_counts_once(cast: Cast, case_id: UUID, now: datetime) -> None:
    once = key()

    await asyncio.gather(*(post_message(cast.agent_lot, case_id, "Une fois", key=once, now=now) for _ in range(50)))

    assert await Message.count() == 1
    assert await Email.count().where(Email.kind == "message") == 3


async def test_a_message_repeated_after_the_closure_is_still_counted_once(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    once = key()
    await post_message(cast.agent_lot, case_id, "Juste avant", key=once, now=now)
    await close(cast.agent_lot, case_id, "solved", now)

    await post_message(cast.agent_lot, case_id, "Juste avant", key=once, now=now)
    with pytest.raises(Conflict):
        await post_message(cast.referent_caf_lot, case_id, "Trop tard", key=key(), now=now)

    assert await Message.count() == 1


async def test_an_empty_message_is_asked_for_again(cast: Cast, case_id: UUID, now: datetime) -> None:
    with pytest.raises(Invalid):
        await post_message(cast.agent_lot, case_id, "", key=key(), now=now)


async def test_strangers_write_nothing(cast: Cast, case_id: UUID, now: datetime) -> None:
    for stranger in (cast.agent_cher, cast.referent_caf_cher, cast.referent_cpam_lot, cast.expert, cast.admin):
        with pytest.raises(NotFound):
            await post_message(stranger, case_id, "Bonjour", key=key(), now=now)


async def test_closing_and_answering_at_once_leave_a_legal_history(cast: Cast, case_id: UUID, now: datetime) -> None:
    for _ in range(15):
        answer, closing = await asyncio.gather(
            post_message(cast.referent_caf_lot, case_id, "Voici", key=key(), now=now),
            close(cast.agent_lot, case_id, "solved", now),
            return_exceptions=True,
        )
        assert closing is None and (answer is None or isinstance(answer, Conflict))
        last = await Event.select(Event.kind).where(Event.case == case_id).order_by(Event.id, ascending=False).first()
        assert last == {"kind": "closed"}
        await reopen(cast.agent_lot, case_id, now)
