"""Deleted or withdrawn text is in no file of the database an hour later; what keeps it there is named."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.domain.cases.draft.saving import delete_draft
from app.domain.cases.thread.correction import correct, withdraw_message
from app.domain.cases.thread.posting import post_message
from app.domain.platform.state import begin_maintenance
from app.gateways.readiness import Readiness
from app.gateways.workers import wal_truncation
from app.gateways.workers.heartbeat import Heartbeat
from app.gateways.workers.wal_truncation import OTHER_PROCESS, OUR_READ, WalTruncator
from app.tests.support.cases_fixtures import make_draft
from db import sqlite_engine
from db.engine import get_current_engine
from db.sqlite_engine import PooledSQLiteEngine
from db.tables.thread import Message

if TYPE_CHECKING:
    from uuid import UUID

    from app.cast import Cast
    from app.tests.support.fixtures import Clock

CANARY = "zibeline"
sqlite_alone = pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)


def files_with_the_canary(folder: Path) -> set[str]:
    """Of the database, its log and its index of the log."""
    return {path.name for path in folder.glob("world.sqlite*") if CANARY.encode() in path.read_bytes().lower()}


async def write_and_take_back(cast: Cast, case_id: UUID, clock: Clock, *, times: int = 12) -> None:
    """Drafts deleted, messages withdrawn and corrected, among others that stay: pages split, merge and move."""
    for number in range(times):
        begun = await make_draft(cast.agent_lot, clock.now, "CAF", subject=f"{CANARY} {number}")
        await make_draft(cast.agent_lot, clock.now, "CAF", subject=f"Autre {number}")
        await post_message(cast.agent_lot, case_id, f"{CANARY} " * 90, key=str(number), now=clock.now)
        await post_message(cast.agent_lot, case_id, "Un autre mot. " * 90, key=f"b{number}", now=clock.now)
        await delete_draft(cast.agent_lot, begun, clock.now)
    said = await Message.select(Message.id).where(Message.body.like(f"{CANARY}%"))
    for number, row in enumerate(said):
        if number % 2:
            await withdraw_message(cast.agent_lot, case_id, row["id"], clock.now)
        else:
            await correct(cast.agent_lot, case_id, row["id"], "D’autres mots.", clock.now)


@sqlite_alone
async def test_what_was_withdrawn_or_deleted_has_left_the_log_within_the_hour(
    cast: Cast, case_id: UUID, clock: Clock, tmp_path: Path
) -> None:
    keeper = WalTruncator(clock)
    await keeper.truncate_when_due()
    await write_and_take_back(cast, case_id, clock)
    assert "world.sqlite-wal" in files_with_the_canary(tmp_path)

    await begin_maintenance(None, clock.now)
    for _ in range(60):
        clock.advance(minutes=1)
        await keeper.truncate_when_due()

    assert files_with_the_canary(tmp_path) == set() and (tmp_path / "world.sqlite-wal").stat().st_size == 0


@sqlite_alone
async def test_a_read_of_another_process_is_named_after_an_hour_and_holds_up_no_writer(
    cast: Cast,
    case_id: UUID,
    clock: Clock,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sqlite_engine, "TRUNCATION_RETRY_DELAY", 0.01)
    keeper = WalTruncator(clock)
    readiness = Readiness(tmp_path, Heartbeat(), clock, keeper)
    with closing(sqlite3.connect(tmp_path / "world.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM message").fetchone()
        await write_and_take_back(cast, case_id, clock, times=2)
        for minutes in (1, 58):
            clock.advance(minutes=minutes)
            await asyncio.wait_for(keeper.truncate_when_due(), 10)
            assert keeper.blocked_by == ""
        clock.advance(minutes=1)
        looking = asyncio.create_task(keeper.truncate_when_due())
        await asyncio.wait_for(post_message(cast.agent_lot, case_id, "Pendant ce temps", key="c", now=clock.now), 1)
        await looking
        assert keeper.blocked_by == OTHER_PROCESS and await _wrong(readiness) == (OTHER_PROCESS,)
        assert OTHER_PROCESS in caplog.text and str(tmp_path) not in caplog.text
    clock.advance(minutes=1)
    await keeper.truncate_when_due()
    assert keeper.blocked_by == "" and await _wrong(readiness) == () and files_with_the_canary(tmp_path) == set()


async def _wrong(readiness: Readiness) -> tuple[str, ...]:
    """Without the answer that is stored for a second."""
    readiness._until = 0.0
    return tuple(name for name in await readiness.list_failures() if name != "courrier")


@sqlite_alone
async def test_a_read_of_this_server_is_named_as_such(
    cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, keeper = get_current_engine(), WalTruncator(clock)
    assert isinstance(engine, PooledSQLiteEngine) and engine.measure_longest_read() == 0
    clock.advance(hours=1)

    async def busy() -> bool:
        return False

    monkeypatch.setattr(wal_truncation, "purge_deleted_data", busy)
    monkeypatch.setattr(wal_truncation, "LONG_READ_SECONDS", 0.0)
    async with engine._borrow_connection("SELECT 1"):
        await asyncio.sleep(0.01)
        await keeper.truncate_when_due()
        assert keeper.blocked_by == OUR_READ and engine.measure_longest_read() > 0
    await keeper.truncate_when_due()
    assert keeper.blocked_by == OTHER_PROCESS


@pytest.mark.parametrize("new_database", ["postgresql"], indirect=True)
async def test_with_postgresql_there_is_nothing_to_empty(cast: Cast, clock: Clock) -> None:
    keeper = WalTruncator(clock)
    clock.advance(hours=2)
    await keeper.truncate_when_due()
    assert keeper.blocked_by == ""


def test_the_processes_that_have_the_database_open_are_numbers_alone(tmp_path: Path) -> None:
    place = tmp_path / "world.sqlite"
    place.write_bytes(b"")
    with place.open("rb"):
        assert list(wal_truncation._list_processes_with_open(place)) == [], "this process is not another one"
