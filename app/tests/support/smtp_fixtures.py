"""A real SMTP server that stores what it accepts, and an email worker that delivers to it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller

from app.gateways.email.transport import SmtpTransport
from app.gateways.email.worker import EmailWorker

if TYPE_CHECKING:
    from jinja2 import Environment

    from app.tests.support.fixtures import Clock


class SmtpServer:
    """Stores what it accepts, refuses on demand, and answers slowly for some recipients (seconds)."""

    def __init__(self, port: int) -> None:
        self.port, self.received, self.refusals, self.pause = port, list[Any](), dict[str, str](), 0.0
        self.slow = dict[str, float]()
        self.open, self.most_open, self.accepted_recipients = 0, 0, list[str]()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        await asyncio.sleep(self.slow.get(address, 0))
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        await asyncio.sleep(self.pause)
        self.open -= 1
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        self.accepted_recipients += envelope.rcpt_tos
        return "250 OK"

    @property
    def recipients(self) -> list[str]:
        return sorted(letter["To"] for letter in self.received)


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    with run_smtp_server() as handler:
        yield handler


@contextmanager
def run_smtp_server() -> Iterator[SmtpServer]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    handler = SmtpServer(port)
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
def smtp_email_worker(smtp_server: SmtpServer, templates: Environment, clock: Clock) -> EmailWorker:
    return EmailWorker(SmtpTransport(f"smtp://127.0.0.1:{smtp_server.port}"), templates, clock)


def read_email_text(letter: Any) -> str:
    parts = [part.get_content() for part in letter.walk() if not part.is_multipart()]
    headers = [f"{name}: {value}" for name, value in letter.items() if name != "Content-Type"]  # a random boundary
    return "\n".join([*headers, *parts])
