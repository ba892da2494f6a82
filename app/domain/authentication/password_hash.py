"""argon2id, off the event loop: two lanes of one thread, 64 MiB each, and a bounded queue before each.

One lane is for familiar browsers (known_browser.py) and for people who are signed in, the other for strangers: a flood
of strangers' tries leaves the first one free. In a lane the networks take turns, so that one of them starves no other.
Source: security.md 4.4; issue 14, 22.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.domain.errors import TooOften

MOST_WAITING = 16
"""In one lane: about two seconds of work on the slowest machine that we know."""
LONGEST_WAIT = 5.0
"""Seconds."""
RETRY = timedelta(seconds=5)
_hasher = PasswordHasher()
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$53YFL/4NboueO5r4zVBzaQ$bxVzG4YwmDLOTtVmWN2AgjGi4Bb0/XVAfNi4F7D9Z08"
"""The hash of 32 random bytes that were thrown away: what an unknown account is tried against."""
Result = TypeVar("Result")


class Busy(Exception):
    """The lane is full, or its turn did not come in time: nothing was hashed."""


class Lane:
    """One hash at a time. Those who wait are in one queue a network, and the networks take turns."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"argon2-{name}")
        self._queues: dict[str, deque[asyncio.Future[None]]] = {}
        self._taken = False

    async def work(self, work: Callable[..., Result], *given: str) -> Result:
        """In its thread; inside its turn."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *given)

    @asynccontextmanager
    async def turn(self, network: str) -> AsyncIterator[None]:
        """Raises Busy, and then nothing inside is done."""
        if self._taken:
            await self._wait(network)
        self._taken = True
        try:
            yield
        finally:
            self._taken = self._call_next()

    async def _wait(self, network: str) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(network, deque()).append(turn)
        if sum(map(len, self._queues.values())) > MOST_WAITING:
            self._send_one_away(network)
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                await turn
        except TimeoutError:
            raise Busy from None
        finally:
            self._leave(network, turn)

    def _send_one_away(self, latest: str) -> None:
        """The last to come of the network that waits most; of several, the newcomer's own."""
        longest = max(self._queues, key=lambda network: (len(self._queues[network]), network == latest))
        turn = self._queues[longest][-1]
        self._leave(longest, turn)
        turn.set_exception(Busy())

    def _leave(self, network: str, turn: asyncio.Future[None]) -> None:
        queue = self._queues.get(network)
        if queue and turn in queue:
            queue.remove(turn)
            if not queue:
                del self._queues[network]

    def _call_next(self) -> bool:
        """The first network's first; that network then goes last. False when no one waits."""
        while self._queues:
            network = next(iter(self._queues))
            queue = self._queues.pop(network)
            turn = queue.popleft()
            if queue:
                self._queues[network] = queue
            if not turn.done():
                turn.set_result(None)
                return True
        return False


familiars, strangers = Lane("familiar"), Lane("strangers")


@asynccontextmanager
async def turn(*, network: str, familiar: str = "", now: datetime) -> AsyncIterator[Lane]:
    """For all that a try does, counting it included: a flood that finds no place asks nothing of the database.

    familiar: the browser's number of known_browser.py, or the account of a person who is signed in; empty for a
    stranger. Raises TooOften when too many wait.
    """
    lane, queue = (familiars, familiar) if familiar else (strangers, network)
    waiting = lane.turn(queue)
    try:
        await waiting.__aenter__()
    except Busy:
        raise TooOften(now + RETRY, now) from None
    try:
        yield lane
    finally:
        await waiting.__aexit__(None, None, None)


async def hash_password(password: str, *, account: str, now: datetime) -> str:
    """For people who have proved who they are. Raises TooOften when too many wait."""
    async with turn(network="", familiar=account, now=now) as lane:
        return await lane.work(_hasher.hash, password)


async def matches(lane: Lane, known: str, password: str) -> bool:
    """Inside a turn. False when there is nothing to match, after exactly as much work."""
    right = await lane.work(_verify, known or NOBODYS, password)
    return right and bool(known)


def _verify(known: str, password: str) -> bool:
    try:
        return _hasher.verify(known, password)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(known: str) -> bool:
    """Made with weaker settings than today's: to be made again while the password is at hand."""
    return _hasher.check_needs_rehash(known)
