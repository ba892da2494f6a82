"""The work of argon2 is bounded, and a flood of attempts does not keep an honest person waiting."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from app.cast import Cast
from app.domain.authentication import password_hash
from app.domain.authentication.known_browser import build_known_browser_cookie
from app.domain.authentication.password import set_password
from app.domain.authentication.password_hash import MAX_QUEUED, HashQueue, QueueFull, reserve_hash_slot, verify_password
from app.domain.authentication.password_login import log_in_with_password
from app.domain.authentication.result import Visitor
from app.domain.errors import TooManyRequests
from app.tests.support.authentication_fixtures import open_session

PASSWORD, NOW = "tramway violet sous la pluie", datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOSTILE = "198.51.100.66"


async def tried(known: str, now: datetime = NOW) -> bool:
    async with reserve_hash_slot(network="", now=now) as lane:
        return await verify_password(lane, known, PASSWORD)


async def run(lane: HashQueue, network: str, work: Callable[[], Any]) -> Any:
    async with lane.reserve_slot(network):
        return await lane.run(work)


@contextmanager
def taken(lane: HashQueue) -> Iterator[threading.Event]:
    """One hash runs until the event is set."""
    done = threading.Event()
    first = asyncio.ensure_future(run(lane, HOSTILE, lambda: done.wait(10)))
    try:
        yield done
    finally:
        done.set()
        first.cancel()


@pytest.mark.slow
async def test_the_loop_goes_on_while_passwords_are_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password_hash, "MAX_WAIT_SECONDS", 60.0)
    begun = time.perf_counter()
    await tried("")
    alone = time.perf_counter() - begun
    tries = asyncio.gather(*(tried("") for _ in range(5)))
    beats = 0
    while not tries.done():
        await asyncio.sleep(0.005)
        beats += 1

    assert beats >= 5 and not any(await tries), f"{beats} beats; one verification takes {alone:.3f} s"
    assert sum(thread.name.startswith("argon2") for thread in threading.enumerate()) <= 2


async def test_a_hash_that_is_no_hash_matches_nothing() -> None:
    assert not await tried("nothing readable")


async def test_of_a_hundred_and_fifty_tries_so_many_wait_and_the_others_are_put_off() -> None:
    lane, done = HashQueue("test"), list[int]()
    with taken(lane) as first:
        await asyncio.sleep(0)
        tries = [asyncio.create_task(run(lane, HOSTILE, lambda n=n: done.append(n))) for n in range(150)]  # type: ignore[misc]
        await asyncio.sleep(0.05)
        busy = [one for one in tries if one.done() and isinstance(one.exception(), QueueFull)]
        assert len(busy) == 150 - MAX_QUEUED
        first.set()
        await asyncio.gather(*tries, return_exceptions=True)

    assert done == list(range(MAX_QUEUED)), "in the order of coming"


async def test_the_networks_take_turns_and_a_full_lane_has_room_for_another() -> None:
    lane, done = HashQueue("test"), list[str]()
    with taken(lane) as first:
        await asyncio.sleep(0)
        flood = [asyncio.create_task(run(lane, HOSTILE, lambda: done.append("hostile"))) for _ in range(150)]
        await asyncio.sleep(0)
        honest = [asyncio.create_task(run(lane, f"203.0.113.{n}", lambda: done.append("honest"))) for n in range(3)]
        await asyncio.sleep(0)
        first.set()
        await asyncio.gather(*honest)
        await asyncio.gather(*flood, return_exceptions=True)

    assert done[:4].count("honest") == 3, "after one hostile hash at most"


async def test_a_long_wait_is_put_off_and_a_visitor_who_left_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password_hash, "MAX_WAIT_SECONDS", 0.05)
    lane = HashQueue("test")
    with taken(lane) as first:
        await asyncio.sleep(0)
        gone = asyncio.create_task(run(lane, "a", str))
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(QueueFull):
            await run(lane, "b", str)
        first.set()
        await asyncio.sleep(0.01)

    assert await run(lane, "c", lambda: "free again") == "free again"


@pytest.mark.slow
async def test_beside_a_flood_a_familiar_browser_and_a_stranger_s_come_in(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """150 hostile attempts of one network, each on another address: 24 s without this."""
    monkeypatch.setattr(password_hash, "MAX_QUEUED", 4)
    monkeypatch.setattr(password_hash, "MAX_WAIT_SECONDS", 60.0)
    session = await open_session(cast.agent_lot, now)
    await set_password(cast.agent_lot, session, current="", new=PASSWORD, confirmation=PASSWORD, network="", now=now)
    address = cast.agent_lot.address
    begun = time.perf_counter()
    await tried("", now)
    alone = time.perf_counter() - begun

    async def enter(typed: str, password: str, network: str, familiar: str = "") -> float:
        visitor, begun = Visitor("b", network, "tests", known_browser_cookie=familiar), time.perf_counter()
        await log_in_with_password(typed, password, visitor, remember=False, next_path="", now=now)
        return time.perf_counter() - begun

    flood = [asyncio.create_task(enter(f"a{n}@exemple.fr", "x", HOSTILE)) for n in range(150)]
    await asyncio.sleep(0.01)
    took = await enter(address, PASSWORD, "203.0.113.7", build_known_browser_cookie("", address))
    stranger = await enter(address, PASSWORD, "203.0.113.8")
    put_off = await asyncio.gather(*flood, return_exceptions=True)

    assert took < 1 + 5 * alone and stranger < 1 + 10 * alone, (alone, took, stranger)
    assert sum(isinstance(one, TooManyRequests) for one in put_off) >= 100, "no place, no question to the database"
