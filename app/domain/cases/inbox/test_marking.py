"""A mark by hand changes one's own lists alone, and never says that something was read."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.inbox.marking import mark_several, undo_marking_several
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.errors import NotFound
from app.tests.support.cases_fixtures import NewCase, open_and_read_case
from app.tests.support.recipients import say
from db.tables.cases import Case
from db.tables.thread import ReadReceipt


async def list_unread(actor: Actor, now: datetime) -> set[UUID]:
    return {row.id for row in (await list_cases(actor, Filters(), now)).rows if row.unread}


async def read_receipt(actor: Actor, case_id: UUID) -> tuple[int, int | None] | None:
    row = await ReadReceipt.select().where(ReadReceipt.case == case_id, ReadReceipt.person == actor.id).first()
    return (row["last_event"], row["unread_after"]) if row else None


async def test_a_case_marked_read_was_shown_to_no_one(cast: Cast, new_case: NewCase, now: datetime) -> None:
    julien, colleague = cast.referent_caf_lot, cast.manager_caf_lot
    sent = [await new_case("CAF") for _ in range(2)]

    found = await mark_several(julien, sent, now, read=True)

    assert list(found.done) == sent and await list_unread(julien, now) == set()
    assert await list_unread(colleague, now) == set(sent)
    for case_id in sent:
        shown = await read_receipt(julien, case_id)
        assert shown is not None and shown[0] == 0
    await say(cast.agent_lot, sent[0], now)
    assert await list_unread(julien, now) == {sent[0]}


async def test_it_covers_what_the_person_may_read_and_no_more(cast: Cast, case_id: UUID, now: datetime) -> None:
    for actor in (cast.referent_caf_lot, cast.colleague_lot):
        await mark_several(actor, [case_id], now, read=True)
    await post_internal_note(cast.manager_caf_lot, case_id, "Entre nous", key="one", now=now)

    assert await list_unread(cast.referent_caf_lot, now) == {case_id}
    assert await list_unread(cast.colleague_lot, now) == set()


@pytest.mark.parametrize("read", [True, False])
async def test_undoing_restores_each_as_it_was(cast: Cast, new_case: NewCase, now: datetime, read: bool) -> None:
    """Never shown, shown, marked unread, marked read."""
    julien = cast.referent_caf_lot
    never, shown, unread, marked = sent = [await new_case("CAF") for _ in range(4)]
    for case_id in (shown, unread):
        await open_and_read_case(julien, case_id, now)
    await mark_several(julien, [unread], now, read=False)
    await mark_several(julien, [marked], now, read=True)
    before, receipts = await list_unread(julien, now), [await read_receipt(julien, one) for one in sent]
    assert before == {never, unread}

    found = await mark_several(julien, sent, now, read=read)
    assert set(found.done) == (before if read else {shown, marked})
    assert await list_unread(julien, now) == (set() if read else set(sent))
    undone = await undo_marking_several(julien, found.done, now)

    assert set(undone.done) == set(found.done) and await list_unread(julien, now) == before
    assert [await read_receipt(julien, one) for one in sent][1:] == receipts[1:]


async def test_opening_ends_the_mark(cast: Cast, case_id: UUID, now: datetime) -> None:
    julien = cast.referent_caf_lot
    await open_and_read_case(julien, case_id, now)
    await mark_several(julien, [case_id], now, read=False)
    assert await list_unread(julien, now) == {case_id}

    await open_and_read_case(julien, case_id, now)

    assert await list_unread(julien, now) == set()


async def test_a_stranger_marks_nothing(cast: Cast, case_id: UUID, now: datetime) -> None:
    found = await mark_several(cast.referent_caf_cher, [case_id], now, read=True)
    undone = await undo_marking_several(cast.referent_caf_cher, {case_id: ""}, now)

    assert [type(one.left[case_id]) for one in (found, undone)] == [NotFound, NotFound]
    assert await read_receipt(cast.referent_caf_cher, case_id) is None


async def test_each_case_costs_the_same_few_statements(
    cast: Cast, new_case: NewCase, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = [await new_case("CAF") for _ in range(3)]
    asked: list[str] = []
    engine = Case._meta.db
    ask = engine.run_querystring

    async def note(querystring: Any, *more: Any, **options: Any) -> Any:
        asked.append(str(querystring))
        return await ask(querystring, *more, **options)

    monkeypatch.setattr(engine, "run_querystring", note)
    for case_ids in (sent[:1], sent):
        asked.clear()
        await mark_several(cast.referent_caf_lot, case_ids, now, read=True)
        await mark_several(cast.referent_caf_lot, case_ids, now, read=False)
        assert len(asked) == 8 * len(case_ids)
