"""argon2id, off the event loop: two queues of bounded length, each with one thread and 64 MiB.

One queue is for known browsers (known_browser.py) and for people who are signed in, the other for unknown browsers: a
flood of tries from these leaves the first one free. In a queue the networks take turns, so that none starves another.
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

from app.domain.errors import TooManyRequests

MAX_QUEUED = 16
"""Per queue: about two seconds of work on the slowest machine that we know."""
MAX_WAIT_SECONDS = 5.0
RETRY_DELAY = timedelta(seconds=5)
_hasher = PasswordHasher()
DUMMY_HASH = "$argon2id$v=19$m=65536,t=3,p=4$53YFL/4NboueO5r4zVBzaQ$bxVzG4YwmDLOTtVmWN2AgjGi4Bb0/XVAfNi4F7D9Z08"
"""The hash of 32 random bytes that were thrown away. Passwords of unknown accounts are verified against it."""
Result = TypeVar("Result")


class QueueFull(Exception):
    """The queue is full, or no slot was free in time. Nothing was hashed."""


class HashQueue:
    """One hash at a time. Tries that wait are in one line per network, and the networks take turns."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"argon2-{name}")
        self._queues: dict[str, deque[asyncio.Future[None]]] = {}
        self._busy = False

    async def run(self, work: Callable[..., Result], *given: str) -> Result:
        """Runs work in the queue's thread. Call it inside reserve_slot."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *given)

    @asynccontextmanager
    async def reserve_slot(self, network: str) -> AsyncIterator[None]:
        """Raises QueueFull, and then nothing inside is done."""
        if self._busy:
            await self._wait_for_slot(network)
        self._busy = True
        try:
            yield
        finally:
            self._busy = self._start_next()

    async def _wait_for_slot(self, network: str) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(network, deque()).append(turn)
        if sum(map(len, self._queues.values())) > MAX_QUEUED:
            self._reject_latest(network)
        try:
            async with asyncio.timeout(MAX_WAIT_SECONDS):
                await turn
        except TimeoutError:
            raise QueueFull from None
        finally:
            self._remove(network, turn)

    def _reject_latest(self, latest: str) -> None:
        """Rejects the latest try of the network with the longest line; of several, the newcomer's."""
        longest = max(self._queues, key=lambda network: (len(self._queues[network]), network == latest))
        turn = self._queues[longest][-1]
        self._remove(longest, turn)
        turn.set_exception(QueueFull())

    def _remove(self, network: str, turn: asyncio.Future[None]) -> None:
        queue = self._queues.get(network)
        if queue and turn in queue:
            queue.remove(turn)
            if not queue:
                del self._queues[network]

    def _start_next(self) -> bool:
        """Starts the first try of the first network, which then goes last. Returns False when none waits."""
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


known_browser_queue, unknown_browser_queue = HashQueue("familiar"), HashQueue("strangers")


@asynccontextmanager
async def reserve_hash_slot(*, network: str, known_browser: str = "", now: datetime) -> AsyncIterator[HashQueue]:
    """Surrounds all that a try does, its counting included: a flood that finds no slot costs no query.

    known_browser: the browser's number (known_browser.py), or the account of a person who is signed in; empty for an
    unknown browser. Raises TooManyRequests when too many wait.
    """
    lane, queue = (known_browser_queue, known_browser) if known_browser else (unknown_browser_queue, network)
    waiting = lane.reserve_slot(queue)
    try:
        await waiting.__aenter__()
    except QueueFull:
        raise TooManyRequests(now + RETRY_DELAY, now) from None
    try:
        yield lane
    finally:
        await waiting.__aexit__(None, None, None)


async def hash_password(password: str, *, account: str, now: datetime) -> str:
    """For people who have proved who they are. Raises TooManyRequests when too many wait."""
    async with reserve_hash_slot(network="", known_browser=account, now=now) as lane:
        return await lane.run(_hasher.hash, password)


async def verify_password(queue: HashQueue, stored_hash: str, password: str) -> bool:
    """Call it inside reserve_hash_slot. Without a stored hash it returns False, after exactly as much work."""
    right = await queue.run(_verify_hash, stored_hash or DUMMY_HASH, password)
    return right and bool(stored_hash)


def _verify_hash(stored_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(stored_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored_hash: str) -> bool:
    """The hash was made with weaker settings than today's: it is made again while the password is at hand."""
    return _hasher.check_needs_rehash(stored_hash)
