"""Between the processes of one PostgreSQL: what happens in one wakes the streams of the others, by LISTEN and NOTIFY.

It only wakes: each stream reads what changed from the database, under its own rights. So a lost notice is caught up by
the next one, or by the stream's own look every 25 s; and when the wire comes back, everybody looks.
"""

import asyncio
import contextlib
import json
import logging
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from app.domain.audience import Audience
from app.domain.authentication.sessions import SessionsEnded
from app.domain.cases.events import Announcement
from app.gateways.live.bus import LiveBus
from app.gateways.workers.heartbeat import beat
from db.postgres_engine import SILENCE

log = logging.getLogger("aplus.wire")
CHANNEL = "aplus"
_AGAIN, _QUIET = 1.0, 60.0
_LONGEST = 7_900
"""PostgreSQL takes 8,000 bytes."""
Told = Announcement | SessionsEnded
_KINDS = {Announcement: "Announcement", SessionsEnded: "SessionsEnded"}
"""As processes of another version name them."""


class Wire:
    """tell() is the domain's listener, beside the bus; work() holds the one connection."""

    def __init__(self, url: str, bus: LiveBus) -> None:
        self._url, self._bus, self._own = url, bus, uuid4().hex
        self._waiting: asyncio.Queue[str] = asyncio.Queue(1_000)

    def tell(self, told: Told) -> None:
        """Called after the commit. A full queue drops it: the others look by themselves."""
        with contextlib.suppress(asyncio.QueueFull):
            self._waiting.put_nowait(written(told, self._own))

    async def work(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._hold()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as failure:
                log.warning("the wire is down: %s", type(failure).__name__)
            await asyncio.sleep(_AGAIN)

    async def _hold(self) -> None:
        """Returns when the connection has ended."""
        connection, ended = await asyncpg.connect(self._url, command_timeout=SILENCE), asyncio.Event()
        connection.add_termination_listener(lambda _: ended.set())
        try:
            await connection.add_listener(CHANNEL, self._hear)
            self._bus.wake_all()
            await self._pass_on(connection, ended)
        finally:
            await _closed(connection)

    async def _pass_on(self, connection: Any, ended: asyncio.Event) -> None:
        over = asyncio.create_task(ended.wait())
        try:
            while not ended.is_set():
                told = asyncio.create_task(self._waiting.get())
                await asyncio.wait({told, over}, timeout=_QUIET, return_when=asyncio.FIRST_COMPLETED)
                beat()
                if told.done():
                    await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, told.result())
                else:
                    told.cancel()
        finally:
            over.cancel()

    def _hear(self, connection: Any, pid: int, channel: str, payload: str) -> None:
        sender, told = read(payload)
        if sender == self._own:
            return
        if told is None:
            self._bus.wake_all()
        else:
            self._bus.publish(told)


async def _closed(connection: Any) -> None:
    with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncio.TimeoutError):
        await connection.close(timeout=1)


def written(told: Told, sender: str) -> str:
    """Too long for one notice: it says only that something happened."""
    kind = _KINDS[type(told)]
    payload = json.dumps({"from": sender, "kind": kind, **asdict(told)}, default=_plain)
    return payload if len(payload) < _LONGEST else json.dumps({"from": sender, "kind": ""})


def read(payload: str) -> tuple[str, Told | None]:
    """Who sent it and what happened; None for « something », and for what another version of us may send."""
    try:
        fields = json.loads(payload)
        sender, kind = str(fields.pop("from")), fields.pop("kind")
        if not fields:
            return sender, None
        if kind == _KINDS[SessionsEnded]:
            return sender, SessionsEnded(**fields)
        return sender, _announced(fields)
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", None


def _announced(fields: dict[str, Any]) -> Announcement:
    return Announcement(
        event_id=fields["event_id"],
        case_id=UUID(fields["case_id"]),
        audience=Audience(fields["audience"]),
        team=fields["team"],
        recipient_teams=frozenset(fields["recipient_teams"]),
        guests=frozenset(fields["guests"]),
    )


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)
