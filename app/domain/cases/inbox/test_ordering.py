"""The three orders of a list, on both sides: what is due first, then urgent, then the last movement."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.draft.saving import save_problem
from app.domain.cases.draft.submission import submit
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases, load_listed_rows
from app.domain.cases.inbox.ordering import Order
from app.domain.cases.inbox.rows import CaseRow
from app.domain.cases.inbox.views import View
from app.domain.cases.lifecycle.closure import close
from app.tests.support.cases_fixtures import clear_rate_limits, make_draft, open_and_read_case
from app.tests.support.recipients import say
from db.tables.cases import Case

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
Send = Callable[..., Awaitable[UUID]]


@pytest.fixture
def send(cast: Cast) -> Send:
    """Sends a case to the CAF and the MSA at a given moment."""

    async def make(subject: str, at: datetime, *, urgent: bool = False) -> UUID:
        await clear_rate_limits()
        case_id = await make_draft(cast.agent_lot, at, "CAF", "MSA", subject=subject)
        texts = {"subject": subject, "description": "Rien.", "urgency_reason": "Expulsion" if urgent else ""}
        await save_problem(cast.agent_lot, case_id, texts, urgent=urgent, now=at)
        await submit(cast.agent_lot, case_id, at)
        return case_id

    return make


async def list_rows(actor: Actor, now: datetime, order: Order = Order.DUE, view: View = View.OPEN) -> list[CaseRow]:
    rows = (await list_cases(actor, Filters(view=view, order=order), now)).rows
    assert [row.position for row in rows] == sorted((row.position for row in rows), reverse=True)
    assert all(one.sort_key >= next_one.sort_key for one, next_one in pairwise(rows)), "a live row has its place"
    return rows


async def list_subjects(actor: Actor, now: datetime, order: Order = Order.DUE, view: View = View.OPEN) -> list[str]:
    return [row.subject for row in await list_rows(actor, now, order, view)]


async def test_a_referent_has_what_is_due_first_then_urgent_then_the_last_movement(cast: Cast, send: Send) -> None:
    hour, day = timedelta(hours=1), timedelta(days=1)
    await send("due thursday, early", MONDAY)
    await send("due thursday, urgent", MONDAY + hour, urgent=True)
    await send("due thursday, moved last", MONDAY + 2 * hour)
    await send("due friday", MONDAY + day)
    answered = await send("answered, nothing due", MONDAY + day)
    await say(cast.referent_caf_lot, answered, MONDAY + day)

    now = MONDAY + 2 * day
    due = ["due thursday, urgent", "due thursday, moved last", "due thursday, early", "due friday"]
    assert await list_subjects(cast.referent_caf_lot, now) == [*due, "answered, nothing due"]
    assert await list_subjects(cast.referent_caf_lot, now, view=View.TO_HANDLE) == due
    assert (await list_subjects(cast.referent_msa_lot, now))[-2:] == ["answered, nothing due", "due friday"]
    sent = ["due thursday, early", *due[:2], *due[3:], "answered, nothing due"]
    assert await list_subjects(cast.referent_caf_lot, now, Order.OLDEST) == sent
    assert await list_subjects(cast.referent_caf_lot, now, Order.RECENT) == sent[::-1]


async def test_an_agent_has_unread_answers_first_then_what_is_late(cast: Cast, send: Send) -> None:
    late = await send("late", MONDAY)
    answered, read = [await send(subject, MONDAY) for subject in ("answered", "answered and read")]
    for case_id in (answered, read):
        for referent in (cast.referent_caf_lot, cast.referent_msa_lot):
            await say(referent, case_id, MONDAY + timedelta(hours=1))
    await open_and_read_case(cast.agent_lot, read, MONDAY + timedelta(hours=2))
    await send("sent last", MONDAY + timedelta(days=6))

    now = MONDAY + timedelta(days=7)
    assert await list_subjects(cast.agent_lot, now) == ["answered", "late", "sent last", "answered and read"]
    await open_and_read_case(cast.agent_lot, answered, now)
    assert (await list_subjects(cast.agent_lot, now))[0] == "late"
    assert (await Case.select(Case.id).where(Case.late_from <= now)) == [{"id": late}]


async def test_closed_cases_have_the_last_closed_first(cast: Cast, send: Send) -> None:
    sent = [await send(subject, MONDAY) for subject in ("first", "second", "third")]
    for case_id in (sent[1], sent[0], sent[2]):
        await close(cast.agent_lot, case_id, "solved", MONDAY + timedelta(hours=1))
    for actor in (cast.agent_lot, cast.referent_caf_lot):
        assert await list_subjects(actor, MONDAY, view=View.CLOSED) == ["third", "first", "second"]


async def test_each_page_of_each_order_goes_on_where_the_one_before_ended(
    cast: Cast, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.domain.cases.inbox.listing.PAGE_SIZE", 3)
    for number in range(8):
        at = MONDAY + timedelta(days=number % 3, minutes=number)
        case_id = await send(f"n° {number}", at, urgent=number % 4 == 0)
        if number % 5 == 0:
            await say(cast.referent_caf_lot, case_id, at)
    await say(cast.agent_lot, case_id, MONDAY + timedelta(days=3))

    now = MONDAY + timedelta(days=4)
    for actor in (cast.agent_lot, cast.referent_caf_lot):
        for order in Order:
            whole = [page := await list_cases(actor, Filters(view=View.OPEN, order=order), now)]
            while page.older_position is not None:
                filters = Filters(view=View.OPEN, order=order, after=page.older_position)
                whole.append(page := await list_cases(actor, filters, now))
                back = replace(filters, after=None, before=page.newer_position)
                assert await list_cases(actor, back, now) == whole[-2]
            assert [len(one.rows) for one in whole] == [3, 3, 2] and {one.total for one in whole} == {8}
            positions = [row.position for one in whole for row in one.rows]
            assert positions == sorted(positions, reverse=True) and len(set(positions)) == 8


async def test_a_live_row_is_the_row_of_the_list(cast: Cast, send: Send) -> None:
    ids = [await send(f"n° {number}", MONDAY) for number in range(3)]
    for actor in (cast.agent_lot, cast.referent_caf_lot):
        rows = {row.id: row for row in await list_rows(actor, MONDAY)}
        assert await load_listed_rows(actor, Filters(view=View.OPEN), ids, MONDAY) == rows
