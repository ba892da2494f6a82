"""A page makes a fixed number of queries: thirty cases cost as many as one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from piccolo.querystring import QueryString

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import PAGE_SIZE, list_cases
from app.domain.cases.lifecycle.opening import OpenedCase
from app.domain.cases.page.load import load_case_page, load_case_page_update
from app.domain.cases.thread.posting import post_message
from app.domain.opaque_ids import IdPurpose, decode_id, encode_id
from app.tests.support.browser import Browser
from app.tests.support.cases_fixtures import NewCase
from db.engine import is_postgres
from db.tables.cases import Case

BEFORE, COUNTED, LIMITED, COMPARED = 1, 1, 1, 1
"""The actor and what holds for everybody; the count of waiting cases, beside the menu; the state of a rate limit;
the cases of the same year of birth, on the page of a case."""
SignIn = Callable[[Actor], Awaitable[Browser]]
Asked = list[str]


@pytest.fixture
def counted_queries(database: str, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """A list that grows by each query of the database."""
    questions: Asked = []
    engine = Case._meta.db
    ask = engine.run_querystring

    async def note(querystring: Any, *more: Any, **options: Any) -> Any:
        questions.append(str(querystring))
        return await ask(querystring, *more, **options)

    monkeypatch.setattr(engine, "run_querystring", note)
    return questions


async def count_queries(asked: Asked, do: Callable[[], Awaitable[Any]]) -> int:
    """Counts the second run: the first one writes what it has read."""
    await do()
    asked.clear()
    await do()
    return len(asked)


async def test_a_list_of_thirty_is_four_questions_as_a_list_of_one(
    cast: Cast, new_case: NewCase, sign_in: SignIn, counted_queries: Asked, now: datetime
) -> None:
    agent = await sign_in(cast.agent_lot)
    await new_case("CAF")

    async def page() -> None:
        assert (await agent.get("/demandes")).status == 200

    whole = await count_queries(counted_queries, page)
    for _ in range(PAGE_SIZE - 1):
        await new_case("CAF")
    assert await count_queries(counted_queries, page) == whole <= 4
    assert len((await agent.get("/demandes")).soup.select("#demandes > li")) == PAGE_SIZE
    assert await count_queries(counted_queries, lambda: list_cases(cast.agent_lot, Filters(), now)) == 1


async def test_a_long_thread_asks_no_more_than_a_short_one(
    cast: Cast, case_id: UUID, sign_in: SignIn, counted_queries: Asked, now: datetime
) -> None:
    agent = await sign_in(cast.agent_lot)

    async def page() -> None:
        assert (await agent.get(f"/demandes/{case_id}")).status == 200

    await post_message(cast.agent_lot, case_id, "Le premier.", key=str(uuid4()), now=now)
    whole = await count_queries(counted_queries, page)
    for number in range(20):
        await post_message(cast.agent_lot, case_id, f"Message {number}", key=str(uuid4()), now=now)
    assert await count_queries(counted_queries, page) == whole <= BEFORE + COUNTED + COMPARED + 2


async def test_what_the_page_of_a_case_asks_reads_no_table_whole(
    cast: Cast, case_id: UUID, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    if is_postgres():
        pytest.skip("a small table is read whole on PostgreSQL, whatever its indexes")
    engine = Case._meta.db
    ask, kept = engine.run_querystring, []

    async def keep(querystring: Any, *more: Any, **options: Any) -> Any:
        kept.append(querystring)
        return await ask(querystring, *more, **options)

    monkeypatch.setattr(engine, "run_querystring", keep)
    case = OpenedCase(await load_visible_case(cast.referent_caf_lot, case_id))
    await load_case_page(cast.referent_caf_lot, case, now)
    await load_case_page_update(cast.referent_caf_lot, case, 0, now)

    plans = [await ask(QueryString(f"EXPLAIN QUERY PLAN {one.template}", *one.args)) for one in kept]
    read = {row["detail"] for plan in plans for row in plan}
    assert len(kept) == 3 and any("USING INDEX" in step for step in read)
    assert {step for step in read if "SCAN" in step} <= {"SCAN CONSTANT ROW", "SCAN asked"}


async def test_news_of_a_case_is_two_questions_for_any_event(
    cast: Cast, case_id: UUID, sign_in: SignIn, counted_queries: Asked, now: datetime
) -> None:
    agent = await sign_in(cast.agent_lot)
    news = f"/demandes/{case_id}/nouvelles"

    async def since(event: str, status: int) -> int:
        async def ask() -> None:
            assert (await agent.http.get(f"{news}?depuis={event}")).status_code == status

        return await count_queries(counted_queries, ask)

    for number in range(10):
        await post_message(cast.agent_lot, case_id, f"Message {number}", key=str(uuid4()), now=now)
    last = (await agent.http.get(news)).headers["etag"].strip('"')
    assert await since(last, 204) <= BEFORE + 1
    latest = decode_id(IdPurpose.CASE_UPDATES, last)
    assert latest
    one_message, the_whole_thread = encode_id(IdPurpose.CASE_UPDATES, latest - 1), encode_id(IdPurpose.CASE_UPDATES, 0)
    assert await since(one_message, 200) == await since(the_whole_thread, 200) <= BEFORE + 2


async def test_sending_a_message_and_showing_what_it_changed_is_eighteen_questions(
    cast: Cast, case_id: UUID, sign_in: SignIn, counted_queries: Asked
) -> None:
    agent = await sign_in(cast.agent_lot)
    agent.http.headers.update({"hx-request": "true", "hx-request-type": "partial"})
    page = await agent.get(f"/demandes/{case_id}", headers={"hx-request-type": "full"})

    async def send() -> None:
        sent = await agent.press(page, "Envoyer le message", message="Bonjour.", cle=str(uuid4()))
        assert "Message envoyé." in sent.text

    locks = 2 if is_postgres() else 0
    assert await count_queries(counted_queries, send) <= 16 + locks + BEFORE + COUNTED + LIMITED


async def test_a_message_is_posted_in_fourteen_questions(
    cast: Cast, case_id: UUID, counted_queries: Asked, now: datetime
) -> None:
    async def say() -> None:
        await post_message(cast.agent_lot, case_id, "Bonjour", key=str(uuid4()), now=now)

    locks = 2 if is_postgres() else 0
    assert await count_queries(counted_queries, say) <= 14 + locks


async def test_the_page_of_figures_asks_no_more_for_a_country_than_for_a_territory(
    cast: Cast, new_case: NewCase, sign_in: SignIn, counted_queries: Asked
) -> None:
    async def page(actor: Actor) -> int:
        browser = await sign_in(actor)

        async def show() -> None:
            assert (await browser.get("/administration/demandes")).status == 200

        return await count_queries(counted_queries, show)

    await new_case("CAF")
    one = await page(cast.admin)
    for _ in range(PAGE_SIZE):
        await new_case("CAF", actor=cast.agent_cher)
    assert await page(cast.admin) == one <= BEFORE + COUNTED + 5
    assert await page(cast.supervisor_lot) == one


async def test_news_that_there_is_none_is_few_questions(
    cast: Cast, case_id: UUID, sign_in: SignIn, counted_queries: Asked
) -> None:
    agent = await sign_in(cast.agent_lot)
    shown = {"if-none-match": (await agent.http.get("/nouvelles")).headers["etag"]}

    async def ask() -> None:
        assert (await agent.http.get("/nouvelles", headers=shown)).status_code == 304

    assert await count_queries(counted_queries, ask) <= 2
