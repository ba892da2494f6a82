"""How a text leaves: posted to a provider as JSON, or shown on the demonstration's telephone.

A provider takes POST SMS_URL {"id", "to", "from", "text"} with « Authorization: Bearer SMS_TOKEN », and answers 2xx
once it has it; the id is also the Idempotency-Key, the same at every attempt.
"""

import asyncio
import http.client
import json
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

from app.settings import Settings
from app.settings import Sms as SmsSettings

PATIENCE = 20.0
_WRONG = (400, 422)


@dataclass(frozen=True)
class Text:
    """to is in E.164."""

    id: UUID
    to: str
    body: str


class TextRefused(Exception):
    """The provider will never take this text: a number that does not exist, most often."""


class Texts(Protocol):
    async def send(self, text: Text) -> None:
        """Returns once the text is accepted; raises TextRefused, or OSError to be tried again."""


class HttpTexts:
    """No redirection is followed: the token goes to SMS_URL alone."""

    def __init__(self, settings: SmsSettings) -> None:
        self._settings = settings

    async def send(self, text: Text) -> None:
        status = await asyncio.to_thread(self._post, text)
        if status in _WRONG:
            raise TextRefused(status)
        if not 200 <= status < 300:
            raise ConnectionError(f"the provider answered {status}")

    def _post(self, text: Text) -> int:
        parts = urlsplit(self._settings.url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
        try:
            path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            connection.request("POST", path, self._body(text), self._headers(text))
            return connection.getresponse().status
        except http.client.HTTPException as unreadable:
            raise ConnectionError("the provider's answer cannot be read") from unreadable
        finally:
            connection.close()

    def _body(self, text: Text) -> bytes:
        told = {"id": str(text.id), "to": text.to, "from": self._settings.sender, "text": text.body}
        return json.dumps(told, ensure_ascii=False).encode()

    def _headers(self, text: Text) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self._settings.token}",
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": str(text.id),
        }


class DemoTexts:
    """/demo/sms is the telephone: it reads what has left from the database, so that nothing outlives its case."""

    async def send(self, text: Text) -> None:
        """Nothing leaves."""


def texts_for(settings: Settings) -> Texts | None:
    """SMS_URL where it is given, the demonstration's telephone where it can be read, otherwise none."""
    if settings.sms.url:
        return HttpTexts(settings.sms)
    return DemoTexts() if settings.texts_leave else None
