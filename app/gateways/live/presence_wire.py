"""Presence between the processes of one PostgreSQL database, by NOTIFY: ids alone, never a name or a word.

A process announces the changes of its own pages, and all of them to a process that has just connected. One that says
nothing for SILENCE seconds has stopped: what it announced is forgotten.
"""

import asyncio
import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Side
from app.domain.cases.presence import Visitor
from app.gateways.live.postgres_notify import PostgresNotifier
from app.gateways.live.presence import Doing, Presence

CHANNEL = "aplus_presence"
ALIVE, SILENCE, ANSWERS = 20.0, 70.0, 2.0
"""Seconds: between two signs of life; until a process counts as stopped; in which the others answer a new one."""
_BATCH = 80
"""Entries of one notice: PostgreSQL accepts 8,000 bytes."""


class PresenceWire:
    """Sends and receives by the connection of the notifier. work() watches over the other processes."""

    def __init__(self, presence: Presence, notifier: PostgresNotifier) -> None:
        self._presence, self._notifier, self._sender_id = presence, notifier, notifier.sender_id
        self._heard: dict[str, float] = {}
        notifier.add_channel(CHANNEL, self.handle_notice, self.connect)
        presence.others, presence.others_sent = self._announce, self._announce_sent

    def connect(self) -> None:
        """Called when the connection opens, and opens again."""
        self._presence.forget(*self._heard)
        self._heard.clear()
        self._put(hello=True)
        self._announce_all()
        asyncio.get_running_loop().call_later(ANSWERS, self._presence.check_all)

    def handle_notice(self, payload: str) -> None:
        """A notice that cannot be read, of another version, is left out."""
        try:
            self._handle(json.loads(payload))
        except (ValueError, KeyError, TypeError, AttributeError):
            return

    async def work(self) -> None:
        """Runs until cancelled."""
        while True:
            await asyncio.sleep(ALIVE)
            self._put()
            self._forget_silent()

    def _handle(self, notice: dict[str, Any]) -> None:
        sender = str(notice["from"])
        if sender == self._sender_id:
            return
        self._heard[sender] = asyncio.get_running_loop().time()
        if notice.get("hello"):
            self._announce_all()
        for is_open, writing, *visitor in notice.get("doing", ()):
            self._presence.hear(sender, _decode(visitor), Doing(bool(is_open), bool(writing)))
        for visitor in notice.get("sent", ()):
            self._presence.hear_sent(_decode(visitor))

    def _announce(self, visitor: Visitor, doing: Doing) -> None:
        self._announce_each([(visitor, doing)])

    def _announce_all(self) -> None:
        self._announce_each(self._presence.own.list_announced().items())

    def _announce_each(self, known: Iterable[tuple[Visitor, Doing]]) -> None:
        entries = [[int(doing.open), int(doing.writing), *_encode(visitor)] for visitor, doing in known]
        for start in range(0, len(entries), _BATCH):
            self._put(doing=entries[start : start + _BATCH])

    def _announce_sent(self, visitor: Visitor) -> None:
        self._put(sent=[_encode(visitor)])

    def _put(self, **notice: object) -> None:
        self._notifier.queue_text(CHANNEL, json.dumps({"from": self._sender_id, **notice}))

    def _forget_silent(self) -> None:
        late = asyncio.get_running_loop().time() - SILENCE
        silent = [sender for sender, heard in self._heard.items() if heard < late]
        for sender in silent:
            del self._heard[sender]
        self._presence.forget(*silent)
        self._presence.check_all()


def _encode(visitor: Visitor) -> list[str | int]:
    return [str(visitor.case_id), visitor.person_id, visitor.side]


def _decode(fields: list[Any]) -> Visitor:
    case_id, person_id, side = fields
    return Visitor(UUID(case_id), int(person_id), Side(side))
