"""SMS through a real HTTP server: once each, under one id, through outages; the agent learns of a refused number."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID, uuid4

import pytest

from app.domain.cases.mandate.request_by_sms import request_mandate_by_sms
from app.domain.cases.mandate.sms_thread import MandateSms, SmsState
from app.gateways.sms.provider import DemoSmsTransport, HttpSmsTransport, build_sms_transport
from app.gateways.sms.worker import SmsWorker
from app.settings import Settings, SmsSettings
from app.tests.support.case_reads import read_sms_thread
from app.tests.support.cases_fixtures import make_draft
from app.tests.support.mandate_sms import PHONE

if TYPE_CHECKING:
    from datetime import datetime

    from app.cast import Cast
    from app.tests.support.fixtures import Clock


class Provider(ThreadingHTTPServer):
    """Records what it receives, and answers what the test chose."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Desk)
        self.received, self.status = list[tuple[str, dict[str, str], dict[str, Any]]](), 202

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1/messages?service=1"


class Desk(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        provider = cast("Provider", self.server)
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        provider.received.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(provider.status)
        self.send_header("location", provider.url)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def messenger(provider: Provider, clock: Clock) -> SmsWorker:
    return SmsWorker(HttpSmsTransport(SmsSettings(url=provider.url, token="jeton-secret", sender="APLUS")), clock)


@pytest.fixture
async def asked(cast: Cast, now: datetime) -> UUID:
    draft_id = await make_draft(cast.agent_lot, now, "CAF", "MSA")
    await request_mandate_by_sms(cast.agent_lot, draft_id, uuid4(), PHONE, brand="Administration+", now=now)
    return draft_id


async def text_of(draft_id: UUID) -> MandateSms:
    (text,) = await read_sms_thread(draft_id)
    return text


async def test_a_text_is_posted_once_with_the_token_and_a_stable_id(
    asked: UUID, provider: Provider, messenger: SmsWorker
) -> None:
    assert await messenger.deliver_due() == 1
    assert await messenger.deliver_due() == 0

    ((path, headers, body),) = provider.received
    assert path == "/v1/messages?service=1"
    assert headers["authorization"] == "Bearer jeton-secret" and headers["idempotency-key"] == body["id"]
    assert (body["to"], body["from"]) == ("+33639981234", "APLUS") and "Jeanne Pélissier" in body["text"]
    assert (await text_of(asked)).state == SmsState.SENT


async def test_a_text_leaves_as_soon_as_it_is_asked_for(
    cast: Cast, provider: Provider, messenger: SmsWorker, now: datetime
) -> None:
    draft_id = await make_draft(cast.agent_lot, now, "CAF", "MSA")
    work = asyncio.create_task(messenger.work())
    await asyncio.sleep(0.1)
    await request_mandate_by_sms(cast.agent_lot, draft_id, uuid4(), PHONE, brand="A+", now=now)

    for _ in range(40):
        await asyncio.sleep(0.05)
        if provider.received:
            break
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)

    assert len(provider.received) == 1


@pytest.mark.parametrize("status", [302, 401, 404, 429, 500, 503])
async def test_a_provider_that_fails_is_asked_again_under_the_same_id(
    asked: UUID, provider: Provider, messenger: SmsWorker, clock: Clock, status: int
) -> None:
    provider.status = status
    assert await messenger.deliver_due() == 0 and len(provider.received) == 1
    provider.status = 200
    assert await messenger.deliver_due() == 0
    clock.advance(seconds=10)
    assert await messenger.deliver_due() == 1

    first, second = (body["id"] for _, _, body in provider.received)
    assert first == second and (await text_of(asked)).state == SmsState.SENT


async def test_a_number_that_the_provider_refuses_is_not_tried_again(
    asked: UUID, provider: Provider, messenger: SmsWorker, clock: Clock
) -> None:
    provider.status = 422
    assert await messenger.deliver_due() == 0
    clock.advance(hours=2)
    assert await messenger.deliver_due() == 0

    assert len(provider.received) == 1 and (await text_of(asked)).state == SmsState.FAILED


async def test_no_one_at_the_address_then_an_hour_is_given_up(asked: UUID, clock: Clock) -> None:
    nowhere = SmsWorker(HttpSmsTransport(SmsSettings(url="http://127.0.0.1:1/")), clock)
    for _ in range(9):
        assert await nowhere.deliver_due() == 0
        clock.advance(minutes=10)

    assert (await text_of(asked)).state == SmsState.FAILED


def test_a_text_leaves_by_the_provider_or_the_demonstration_or_not_at_all() -> None:
    assert isinstance(build_sms_transport(Settings(sms=SmsSettings(url="https://exemple.fr/"))), HttpSmsTransport)
    assert isinstance(
        build_sms_transport(Settings(sms=SmsSettings(url=""), demo=True, host="127.0.0.1")), DemoSmsTransport
    )
    for nowhere in (Settings(demo=False), Settings(demo=True, host="0.0.0.0")):  # noqa: S104
        assert build_sms_transport(nowhere) is None and not nowhere.can_send_sms
