"""With a full disk or a lost database: a clear answer, the typed text, nothing half done."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from uuid import UUID

import asyncpg
import pytest
from piccolo.apps.migrations.commands.forwards import run_forwards

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.main import create_app
from app.tests.support.browser import Browser
from app.tests.support.fixtures import open_engine
from app.tests.support.postgres_cluster import OwnCluster
from db.availability import is_unavailable
from db.engine import build_engine, get_current_engine
from db.postgres_engine import SERVER_TIMEOUTS
from db.sqlite_engine import PooledSQLiteEngine
from db.tables.email import Email
from db.tables.thread import Event, Message

SignIn = Callable[[Actor], Awaitable[Browser]]
LONG = "Un texte qui ne tient plus. " * 150


async def limit_pages(number: int) -> None:
    """SQLite then gives the same error as on a full disk."""
    engine = get_current_engine()
    if isinstance(engine, PooledSQLiteEngine):
        await engine.writer.execute(f"PRAGMA max_page_count = {number}")


async def test_a_full_disk_refuses_keeps_what_was_typed_and_takes_it_once_there_is_room(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    if not isinstance(get_current_engine(), PooledSQLiteEngine):
        return  # PostgreSQL's disk is its own server's: `bin/bench faults` stops that one
    agent = await sign_in(cast.agent_lot)
    form = await agent.get(f"/demandes/{case_id}")
    before = await count_rows()
    await Message.raw("VACUUM")  # a migration leaves free pages, which the message would fill
    await limit_pages(1)

    refused = await agent.press(form, "Envoyer le message", message=LONG)

    assert refused.status == 503 and refused.h1 == "Rien ne s’enregistre pour le moment"
    assert LONG.strip() in refused.response.text and refused.response.headers["retry-after"] == "60"
    assert (await agent.get(f"/demandes/{case_id}")).status == 200
    assert await count_rows() == before
    await limit_pages(1_000_000)
    assert (await agent.press(refused, "Envoyer de nouveau")).status == 200
    assert all(now > then for now, then in zip(await count_rows(), before, strict=True))


async def count_rows() -> tuple[int, int, int]:
    """The tables to which one message adds."""
    return await Message.count(), await Event.count(), await Email.count()


@pytest.fixture(params=["lock_timeout", "statement_timeout"])
async def short_patience(request: pytest.FixtureRequest, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database in service, with one of its time limits near zero."""
    engine = get_current_engine()
    monkeypatch.setitem(SERVER_TIMEOUTS, request.param, "100ms")
    await engine.stop()
    await engine.start(serving=True)
    if isinstance(engine, PooledSQLiteEngine):
        await engine.writer.execute("PRAGMA busy_timeout = 100")


@asynccontextmanager
async def hold_write_lock(url: str) -> AsyncIterator[None]:
    """Another program, whose transaction never ends."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    held = await asyncpg.connect(url)
    try:
        async with held.transaction():
            await held.execute("LOCK TABLE message IN SHARE MODE")
            yield
    finally:
        await held.close()


async def test_a_click_that_waits_too_long_is_cut_keeps_what_was_typed_and_may_come_again(
    database: str, cast: Cast, case_id: UUID, short_patience: None, sign_in: SignIn
) -> None:
    agent = await sign_in(cast.agent_lot)
    form, before = await agent.get(f"/demandes/{case_id}"), await count_rows()

    async with hold_write_lock(database), asyncio.timeout(30):  # before the server’s own limit of 40 s for each
        cut = await agent.press(form, "Envoyer le message", message="Une réponse, s’il vous plaît.")
        agent.http.headers["hx-request-type"] = "partial"
        beside = await agent.press(form, "Envoyer le message", message="Une réponse, s’il vous plaît.")
        del agent.http.headers["hx-request-type"]

    assert cut.status == 503 and cut.h1 == "Rien ne s’enregistre pour le moment"
    assert "Une réponse, s’il vous plaît." in cut.response.text and cut.response.headers["retry-after"] == "60"
    assert beside.status == 503 and beside.response.headers["hx-retarget"] == "find [data-sending]"
    assert await count_rows() == before
    assert (await agent.press(cut, "Envoyer de nouveau")).status == 200
    assert (await count_rows())[0] == before[0] + 1


async def test_a_database_that_is_away_has_its_page_and_comes_back(own_cluster: OwnCluster) -> None:
    async with open_engine(build_engine(own_cluster.url + "postgres")), Browser(create_app()) as browser:
        await run_forwards("db")
        assert (await browser.get("/login")).status == 200
        own_cluster.stop()
        away = await browser.get("/login")
        own_cluster.start()
        back = await browser.get("/login")

    assert away.status == 503 and away.h1 == "Rien ne s’enregistre pour le moment"
    assert away.response.headers["retry-after"] == "60" and "asyncpg" not in away.response.text
    assert back.status == 200


def test_a_mistake_of_ours_is_no_excuse() -> None:
    assert not is_unavailable(ValueError("nom"))
    assert not is_unavailable(asyncpg.exceptions.UniqueViolationError("twice"))
    assert is_unavailable(ConnectionRefusedError())
    assert is_unavailable(TimeoutError()) and is_unavailable(asyncpg.exceptions.DeadlockDetectedError("one of two"))
