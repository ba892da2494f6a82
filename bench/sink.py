"""An SMTP server for tests that counts, delays and refuses emails."""

import asyncio
from collections import Counter
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller

from app.tests.support.postgres_cluster import find_free_port


class SmtpSink:
    """Counts emails by Message-ID. `answer`: the response to each email. `pause`: seconds before it."""

    def __init__(self) -> None:
        self.port = find_free_port()
        self.message_counts: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.answer, self.pause = "250 OK", 0.0
        self._controller: Any = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        letter = message_from_bytes(envelope.content)
        if self.pause:
            await asyncio.sleep(self.pause)
        if self.answer.startswith("250"):
            self.message_counts[str(letter["Message-ID"])] += 1
            self.kinds[str(letter["Subject"])] += 1
        return self.answer

    def open(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def close(self) -> None:
        self._controller.stop()
