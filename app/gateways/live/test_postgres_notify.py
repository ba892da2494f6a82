"""Two processes of one PostgreSQL: an event in one wakes the other’s streams, also after a lost connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from app.cast import Cast
from app.domain.audience import Audience
from app.domain.authentication.sessions import SessionsEnded
from app.domain.cases.live_update import LiveUpdate
from app.gateways.live.bus import LiveBus
from app.gateways.live.postgres_notify import PostgresNotifier, decode_notice, encode_notice
from db.engine import get_shared_database_url

END_THEM = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
shared = pytest.mark.parametrize("new_database", ["postgresql"], indirect=True)
"""SQLite has only one process."""


@asynccontextmanager
async def process() -> AsyncIterator[tuple[PostgresNotifier, LiveBus]]:
    bus = LiveBus()
    wire = PostgresNotifier(get_shared_database_url(), bus)
    work = asyncio.create_task(wire.work())
    try:
        yield wire, bus
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def woken(queue: asyncio.Queue[Any]) -> object:
    return await asyncio.wait_for(queue.get(), 5)


def happened(cast: Cast) -> LiveUpdate:
    team = cast.agent_lot.seats[0].team_id
    return LiveUpdate(7, uuid4(), Audience.ALL, team, frozenset(), frozenset({cast.expert.id}))


@shared
async def test_it_wakes_whom_it_concerns_in_the_other_process_and_no_one_twice(cast: Cast) -> None:
    async with process() as (here, own), process() as (_, other):
        mine, theirs = own.subscribe(cast.agent_lot), other.subscribe(cast.agent_lot)
        stranger = other.subscribe(cast.admin)
        assert await woken(mine) is None and await woken(theirs) is None and await woken(stranger) is None

        here.queue_notice(happened(cast))

        assert isinstance(await woken(theirs), LiveUpdate)
        assert mine.empty() and stranger.empty()
        here.queue_notice(SessionsEnded(cast.admin.id))
        assert isinstance(await woken(stranger), SessionsEnded)


@shared
async def test_a_wire_that_was_cut_comes_back_and_everybody_looks(cast: Cast) -> None:
    async with process() as (here, _), process() as (_, other):
        theirs = other.subscribe(cast.agent_lot)
        await woken(theirs)
        connection = await asyncpg.connect(get_shared_database_url())
        await connection.execute(END_THEM)
        await connection.close()

        assert await woken(theirs) is None
        here.queue_notice(happened(cast))
        assert await woken(theirs) is not None


def test_what_is_too_long_or_unknown_wakes_everybody(cast: Cast) -> None:
    crowd = LiveUpdate(7, uuid4(), Audience.ALL, 1, frozenset(range(5_000)), frozenset())
    assert decode_notice(encode_notice(crowd, "a")) == ("a", None)
    for payload in ("", "{", "[]", '{"from": "b", "kind": "Later"}'):
        assert decode_notice(payload)[1] is None
