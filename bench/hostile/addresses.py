"""Reaches one mailbox under many spellings: each form of app/gateways/email/test_addresses.py, with fifty numbers each,
by signup and login, in this process, to a real SMTP server.
"""

import asyncio
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from app.domain.accounts.address import remove_address_tag
from app.domain.authentication.login_link import request_login_link
from app.domain.errors import Invalid, TooManyRequests
from app.domain.signup.request import request_account
from app.gateways.email.test_addresses import HOSTILE, VICTIM, asked
from app.gateways.email.transport import SmtpTransport
from app.gateways.email.worker import EmailWorker
from app.templating import build_environment
from app.tests.support.fixtures import START, build_template, open_engine
from app.tests.support.smtp_fixtures import SmtpServer, run_smtp_server
from bench.hostile.table import report
from db.engine import build_engine

NUMBERS, ALLOWED = 50, 5


def attack() -> int:
    with TemporaryDirectory() as folder, run_smtp_server() as office:
        return asyncio.run(_walk(f"sqlite:///{Path(folder) / 'base.sqlite'}", office))


async def _walk(url: str, office: SmtpServer) -> int:
    await build_template(build_engine(url))
    async with open_engine(build_engine(url)):
        postman = EmailWorker(SmtpTransport(f"smtp://127.0.0.1:{office.port}"), build_environment(), lambda: START)
        for number in range(NUMBERS):
            for form in HOSTILE:
                await _try(form.format(number), f"network {number}")
        await postman.deliver_due()
    elsewhere = [one for one in office.accepted_recipients if remove_address_tag(one) != VICTIM]
    beyond = [f"letter {turn + 1} of five to one mailbox" for turn in range(ALLOWED, len(office.accepted_recipients))]
    return report("one mailbox under many texts", [*[""] * (NUMBERS * len(HOSTILE) * 2), *elsewhere, *beyond])


async def _try(address: str, network: str) -> None:
    for attempt in (
        request_account(asked(address), network=network, now=START),
        request_login_link(address, browser="b", network=network, remember=False, next_path="", now=START),
    ):
        with suppress(Invalid, TooManyRequests):
            await attempt
