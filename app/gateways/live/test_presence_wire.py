"""Processes of one PostgreSQL database show the same people; a process that stops or was cut off leaves no ghost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID, uuid4

import pytest

from app.domain.accounts.actor import Side
from app.domain.cases.presence import Typing, Visitor
from app.gateways.live import paced_values, presence, presence_wire
from app.gateways.live.bus import LiveBus
from app.gateways.live.postgres_notify import PostgresNotifier
from app.gateways.live.presence import Presence
from app.gateways.live.presence_wire import CHANNEL, PresenceWire
from db.engine import get_shared_database_url

CASE = uuid4()
JULIEN, HELENE = (Visitor(CASE, person, Side.REFERENT) for person in (3, 4))


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paced_values, "INTERVAL", 0.2)
    monkeypatch.setattr(presence, "DEPARTURE", 0.05)
    for name, seconds in {"ALIVE": 0.1, "SILENCE": 0.5, "ANSWERS": 0.3}.items():
        monkeypatch.setattr(presence_wire, name, seconds)


class Process:
    """One process of several: its presence, and its line to the others."""

    def __init__(self) -> None:
        self.presence = Presence()
        self.notifier = PostgresNotifier(get_shared_database_url(), LiveBus())
        self.wire = PresenceWire(self.presence, self.notifier)

    def sees(self) -> dict[Visitor, bool]:
        return self.presence.list_present(CASE)

    def opens(self, visitor: Visitor) -> presence.Visit:
        return self.presence.enter(visitor, lambda: None)


@asynccontextmanager
async def run_process() -> AsyncIterator[Process]:
    one = Process()
    work = [asyncio.create_task(one.notifier.work()), asyncio.create_task(one.wire.work())]
    try:
        yield one
    finally:
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)


@pytest.fixture
async def processes(database: str) -> AsyncIterator[list[Process]]:
    async with AsyncExitStack() as running:
        both = [await running.enter_async_context(run_process()) for _ in range(2)]
        await asyncio.sleep(0.3)
        yield both


async def until(found: dict[Visitor, bool], process: Process) -> None:
    for _ in range(250):
        if process.sees() == found:
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"{process.sees()} is not {found}")


shared = pytest.mark.parametrize("new_database", ["postgresql"], indirect=True)
"""SQLite has only one process."""


@shared
async def test_the_other_process_shows_who_is_there_and_who_writes(processes: list[Process]) -> None:
    """The page is in one process, and its autosaves and its message reach another."""
    first, second = processes
    second.opens(JULIEN)
    helene = first.opens(HELENE)
    await until({JULIEN: False, HELENE: False}, second)
    second.presence.change_typing(HELENE, Typing.SAVED)
    await until({JULIEN: False, HELENE: True}, first)
    first.presence.change_typing(HELENE, Typing.SENT)
    await until({JULIEN: False, HELENE: False}, second)
    second.presence.change_typing(HELENE, Typing.SAVED)
    await until({JULIEN: False, HELENE: True}, first)
    first.presence.leave(helene)
    await until({JULIEN: False}, second)


@shared
async def test_a_new_process_hears_of_all_and_a_stopped_one_is_forgotten(processes: list[Process]) -> None:
    first, second = processes
    for person in range(100, 300):
        first.opens(Visitor(CASE, person, Side.REFERENT))
    await until(dict.fromkeys((Visitor(CASE, person, Side.REFERENT) for person in range(100, 300)), False), second)

    async with run_process() as newcomer:
        newcomer.opens(JULIEN)
        await until({**first.sees(), JULIEN: False}, newcomer)
        await until({**first.sees(), JULIEN: False}, second)

    await until({one: False for one in first.sees() if one != JULIEN}, second)


@shared
async def test_what_cannot_be_read_changes_nothing(processes: list[Process]) -> None:
    first, second = processes
    first.opens(HELENE)
    await until({HELENE: False}, second)
    for text in ("", "[]", "{}", '{"from": "b", "doing": [[1]]}', f'{{"from": "b", "sent": [["{UUID(int=1)}"]]}}'):
        first.notifier.queue_text(CHANNEL, text)
    first.opens(JULIEN)
    await until({HELENE: False, JULIEN: False}, second)


@shared
async def test_a_line_that_was_cut_brings_back_who_is_there_and_forgets_who_left(processes: list[Process]) -> None:
    first, second = processes
    helene = first.opens(HELENE)
    first.opens(JULIEN)
    await until({HELENE: False, JULIEN: False}, second)

    first.presence.own.assume(HELENE, presence.ABSENT)  # as if the announcement of the departure was lost
    first.presence.leave(helene)
    second.wire.connect()

    await until({JULIEN: False}, second)
