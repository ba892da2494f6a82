"""One mailbox reached under many texts: each form of app/gateways/email/test_addresses.py, fifty numbers each, by
sign-up and by login, in this process, to a real SMTP server.
"""

import asyncio
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from app.domain.accounts.address import counted_as
from app.domain.authentication.login_link import ask_for_link
from app.domain.errors import Invalid, TooOften
from app.domain.signup.request import ask_for_account
from app.gateways.email.test_addresses import HOSTILE, VICTIM, asked
from app.gateways.email.transport import SmtpMail
from app.gateways.email.worker import Postman
from app.templating import environment
from app.tests.support.fixtures import START, build_template, opened
from app.tests.support.gateways_fixtures import Office, post_office
from bench.hostile.table import count
from db.engine import engine_for

NUMBERS, ALLOWED = 50, 5


def attack() -> int:
    with TemporaryDirectory() as folder, post_office() as office:
        return asyncio.run(_walk(f"sqlite:///{Path(folder) / 'base.sqlite'}", office))


async def _walk(url: str, office: Office) -> int:
    await build_template(engine_for(url))
    async with opened(engine_for(url)):
        postman = Postman(SmtpMail(f"smtp://127.0.0.1:{office.port}"), environment(), lambda: START)
        for number in range(NUMBERS):
            for form in HOSTILE:
                await _try(form.format(number), f"network {number}")
        await postman.deliver_due()
    elsewhere = [one for one in office.reached if counted_as(one) != VICTIM]
    beyond = [f"letter {turn + 1} of five to one mailbox" for turn in range(ALLOWED, len(office.reached))]
    return count("one mailbox under many texts", [*[""] * (NUMBERS * len(HOSTILE) * 2), *elsewhere, *beyond])


async def _try(address: str, network: str) -> None:
    for attempt in (
        ask_for_account(asked(address), network=network, now=START),
        ask_for_link(address, browser="b", network=network, remember=False, next_path="", now=START),
    ):
        with suppress(Invalid, TooOften):
            await attempt
