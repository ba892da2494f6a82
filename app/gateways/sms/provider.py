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
from app.settings import SmsSettings as SmsSettings

HTTP_TIMEOUT = 20.0
_REJECTED_STATUSES = (400, 422)


@dataclass(frozen=True)
class OutgoingSms:
    """to is in E.164."""

    id: UUID
    to: str
    body: str


class SmsRejected(Exception):
    """The provider will never take this text: a number that does not exist, most often."""


class SmsTransport(Protocol):
    async def send(self, sms: OutgoingSms) -> None:
        """Returns once the text is accepted; raises TextRefused, or OSError to be tried again."""


class HttpSmsTransport:
    """No redirection is followed: the token goes to SMS_URL alone."""

    def __init__(self, settings: SmsSettings) -> None:
        self._settings = settings

    async def send(self, text: OutgoingSms) -> None:
        status = await asyncio.to_thread(self._post, text)
        if status in _REJECTED_STATUSES:
            raise SmsRejected(status)
        if not 200 <= status < 300:
            raise ConnectionError(f"the provider answered {status}")

    def _post(self, text: OutgoingSms) -> int:
        parts = urlsplit(self._settings.url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=HTTP_TIMEOUT)
        try:
            path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            connection.request("POST", path, self._body(text), self._headers(text))
            return connection.getresponse().status
        except http.client.HTTPException as unreadable:
            raise ConnectionError("the provider's answer cannot be read") from unreadable
        finally:
            connection.close()

    def _body(self, text: OutgoingSms) -> bytes:
        told = {"id": str(text.id), "to": text.to, "from": self._settings.sender, "text": text.body}
        return json.dumps(told, ensure_ascii=False).encode()

    def _headers(self, text: OutgoingSms) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self._settings.token}",
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": str(text.id),
        }


class DemoSmsTransport:
    """/demo/sms is the telephone: it reads what has left from the database, so that nothing outlives its case."""

    async def send(self, text: OutgoingSms) -> None:
        """Nothing leaves."""


def build_sms_transport(settings: Settings) -> SmsTransport | None:
    """SMS_URL where it is given, the demonstration's telephone where it can be read, otherwise none."""
    if settings.sms.url:
        return HttpSmsTransport(settings.sms)
    return DemoSmsTransport() if settings.can_send_sms else None
