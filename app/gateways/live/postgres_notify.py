"""Live updates between the processes that share a PostgreSQL database, by LISTEN and NOTIFY.

A notice only wakes streams: each reads the changes from the database, with its own rights. A lost notice is made up for
by the next one, or by the check that each stream makes every 25 s. Every stream is woken when the connection comes
back.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from app.domain.audience import Audience
from app.domain.authentication.sessions import SessionsEnded
from app.domain.cases.live_update import LiveUpdate
from app.gateways.live.bus import LiveBus
from app.gateways.workers.heartbeat import record_heartbeat
from db.postgres_engine import COMMAND_TIMEOUT

log = logging.getLogger("aplus.notify")
CHANNEL = "aplus"
_RECONNECT_DELAY, _HEARTBEAT_INTERVAL = 1.0, 60.0
_MAX_PAYLOAD = 7_900
"""PostgreSQL accepts 8,000 bytes."""
Notice = LiveUpdate | SessionsEnded
_KINDS = {LiveUpdate: "Announcement", SessionsEnded: "SessionsEnded"}
"""The names that processes of another version use."""


class PostgresNotifier:
    """queue_notice() receives the domain’s events; work() holds the connection."""

    def __init__(self, url: str, bus: LiveBus) -> None:
        self._url, self._bus, self.sender_id = url, bus, uuid4().hex
        self._waiting: asyncio.Queue[tuple[str, str]] = asyncio.Queue(1_000)
        self._channels: dict[str, tuple[Callable[[str], None], Callable[[], None]]] = {}

    def queue_notice(self, notice: Notice) -> None:
        """Called after the commit. A notice is dropped when the queue is full: streams check for themselves."""
        self.queue_text(CHANNEL, encode_notice(notice, self.sender_id))

    def queue_text(self, channel: str, text: str) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            self._waiting.put_nowait((channel, text))

    def add_channel(self, channel: str, handle: Callable[[str], None], connected: Callable[[], None]) -> None:
        """Before work() runs. connected is called each time the connection has opened."""
        self._channels[channel] = handle, connected

    async def work(self) -> None:
        """Runs until cancelled."""
        while True:
            try:
                await self._run_connection()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as failure:
                log.warning("LISTEN connection lost: %s", type(failure).__name__)
            await asyncio.sleep(_RECONNECT_DELAY)

    async def _run_connection(self) -> None:
        """Returns when the connection ends."""
        connection, ended = await asyncpg.connect(self._url, command_timeout=COMMAND_TIMEOUT), asyncio.Event()
        connection.add_termination_listener(lambda _: ended.set())
        try:
            await connection.add_listener(CHANNEL, self._handle_notice)
            for channel in self._channels:
                await connection.add_listener(channel, self._handle_text)
            self._bus.wake_all()
            for _, connected in self._channels.values():
                connected()
            await self._forward_notices(connection, ended)
        finally:
            await _close_connection(connection)

    async def _forward_notices(self, connection: Any, ended: asyncio.Event) -> None:
        over = asyncio.create_task(ended.wait())
        try:
            while not ended.is_set():
                upcoming = asyncio.create_task(self._waiting.get())
                await asyncio.wait({upcoming, over}, timeout=_HEARTBEAT_INTERVAL, return_when=asyncio.FIRST_COMPLETED)
                record_heartbeat()
                if upcoming.done():
                    await connection.execute("SELECT pg_notify($1, $2)", *upcoming.result())
                else:
                    upcoming.cancel()
        finally:
            over.cancel()

    def _handle_notice(self, connection: Any, pid: int, channel: str, payload: str) -> None:
        sender, notice = decode_notice(payload)
        if sender == self.sender_id:
            return
        if notice is None:
            self._bus.wake_all()
        else:
            self._bus.publish(notice)

    def _handle_text(self, connection: Any, pid: int, channel: str, payload: str) -> None:
        handle, _ = self._channels[channel]
        handle(payload)


async def _close_connection(connection: Any) -> None:
    with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncio.TimeoutError):
        await connection.close(timeout=1)


def encode_notice(notice: Notice, sender: str) -> str:
    """A notice that would be too long has an empty kind: it says only that something happened."""
    kind = _KINDS[type(notice)]
    payload = json.dumps({"from": sender, "kind": kind, **asdict(notice)}, default=_encode_value)
    return payload if len(payload) < _MAX_PAYLOAD else json.dumps({"from": sender, "kind": ""})


def decode_notice(payload: str) -> tuple[str, Notice | None]:
    """The sender and the event; None for an event without details, or of an unknown version."""
    try:
        fields = json.loads(payload)
        sender, kind = str(fields.pop("from")), fields.pop("kind")
        if not fields:
            return sender, None
        if kind == _KINDS[SessionsEnded]:
            return sender, SessionsEnded(**fields)
        return sender, _decode_announcement(fields)
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", None


def _decode_announcement(fields: dict[str, Any]) -> LiveUpdate:
    return LiveUpdate(
        event_id=fields["event_id"],
        case_id=UUID(fields["case_id"]),
        audience=Audience(fields["audience"]),
        team=fields["team"],
        recipient_teams=frozenset(fields["recipient_teams"]),
        guests=frozenset(fields["guests"]),
        reader_team=fields["reader_team"],
    )


def _encode_value(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)
