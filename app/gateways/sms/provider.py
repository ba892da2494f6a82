"""Sends SMS: by HTTP to a provider, or to the phone that the demonstration shows.

A provider receives POST SMS_URL {"id", "to", "from", "text"} with « Authorization: Bearer SMS_TOKEN », and answers 2xx
once it has accepted. The id is also the Idempotency-Key, the same at each attempt.
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
    """`to` is in E.164."""

    id: UUID
    to: str
    body: str


class SmsRejected(Exception):
    """The provider will never accept this SMS, most often because the number does not exist."""


class SmsTransport(Protocol):
    async def send(self, sms: OutgoingSms) -> None:
        """Returns once the SMS is accepted. Raises SmsRejected, or OSError when it can be tried again."""


class HttpSmsTransport:
    """Follows no redirection, so that the token goes to SMS_URL only."""

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
        fields = {"id": str(text.id), "to": text.to, "from": self._settings.sender, "text": text.body}
        return json.dumps(fields, ensure_ascii=False).encode()

    def _headers(self, text: OutgoingSms) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self._settings.token}",
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": str(text.id),
        }


class DemoSmsTransport:
    """Sends nothing. /demo/sms reads sent SMS from the database, so that they are erased with their case."""

    async def send(self, text: OutgoingSms) -> None:
        """Does nothing."""


def build_sms_transport(settings: Settings) -> SmsTransport | None:
    """HTTP where SMS_URL is set, the demonstration’s phone where its pages are served, otherwise None."""
    if settings.sms.url:
        return HttpSmsTransport(settings.sms)
    return DemoSmsTransport() if settings.can_send_sms else None
