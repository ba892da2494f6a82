"""A typed address reaches the mailbox that is counted, or none: tried by signup, with a real SMTP server."""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from typing import TYPE_CHECKING

import pytest
from aiosmtplib.email import extract_recipients
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.accounts.address import parse_address, parse_stored_address
from app.domain.authentication.login_link import request_login_link
from app.domain.email.queue_email import EmailKind, queue_emails
from app.domain.errors import Invalid, TooManyRequests
from app.domain.signup.request import SignupForm, request_account
from app.gateways.email.worker import EmailWorker
from app.tests.support.smtp_fixtures import SmtpServer
from db.tables.email import Email
from db.tables.people import Person

if TYPE_CHECKING:
    from app.cast import Cast
    from app.tests.support.fixtures import Clock

VICTIM = "victim@exemple.fr"
HOSTILE = (
    "victim({})@exemple.fr",
    "({})victim@exemple.fr",
    "victim@exemple.fr({})",
    "victim@({})exemple.fr",
    "{},victim@exemple.fr",
    "x{}:victim@exemple.fr",
    "x{}:victim@exemple.fr;",
    "x{};victim@exemple.fr",
    "victim@exemple.fr,x{}@autre.fr",
    '"victim"{}@exemple.fr',
    "victim\\{}@exemple.fr",
    "victim%exemple.fr{}@exemple.fr",
    "exemple.fr!victim{}@exemple.fr",
    "@x{}.fr:victim@exemple.fr",
    "victim@[127.0.0.{}]",
    "x{} <victim@exemple.fr>",
    "<victim@exemple.fr> ({})",
    "victim+{}@exemple.fr",
    "VICTIM+{}@Exemple.FR",
    "mailto:victim@exemple.fr?cc=x{}",
    "victim@exemple.fr\r\nRCPT TO:<x{}@exemple.fr>",
    "victim@exemple.fr> NOTIFY={}",
)
"""{} is a number, so that each is another address as a text."""


def asked(address: str) -> SignupForm:
    return SignupForm(address, "Zoé", "Neuve", "Agente", "01 99 00 12 34", None, "46", "Structure", "Pour aider")


async def test_no_form_of_an_address_reaches_more_than_the_mailbox_counted(
    cast: Cast, smtp_server: SmtpServer, smtp_email_worker: EmailWorker, clock: Clock
) -> None:
    """Twenty-two forms, five numbers each: five emails to one mailbox in a quarter of an hour, none elsewhere."""
    kept = 0
    for form in HOSTILE:
        for number in range(5):
            try:
                await request_account(asked(form.format(number)), network="203.0.113.7", now=clock.now)
                kept += 1
            except (Invalid, TooManyRequests):
                pass
            await smtp_email_worker.deliver_due()

    assert set(smtp_server.accepted_recipients) <= {VICTIM} | {f"victim+{number}@exemple.fr" for number in range(5)}
    assert len(smtp_server.accepted_recipients) == kept == 5


async def test_a_letter_to_an_address_kept_before_the_reader_does_not_leave(
    cast: Cast, smtp_server: SmtpServer, smtp_email_worker: EmailWorker, clock: Clock
) -> None:
    """It is not tried again: the operator is notified of the account (app/domain/operations/correct_address.py)."""
    for address in ("x:victim@exemple.fr", "1,victim@exemple.fr", "mailto:victim@exemple.fr", "hélène@exemple.fr"):
        assert parse_stored_address(address) is None
        await Person.update({Person.address: address}).where(Person.id == cast.agent_lot.id)
        await queue_emails(EmailKind.ADDED, [cast.agent_lot.id], now=clock.now)
        await smtp_email_worker.deliver_due()

    assert smtp_server.accepted_recipients == []
    assert {row["state"] for row in await Email.select(Email.state)} == {"cancelled"}


async def test_a_tag_and_capitals_count_as_the_mailbox_that_they_reach(
    cast: Cast, smtp_server: SmtpServer, smtp_email_worker: EmailWorker, clock: Clock
) -> None:
    address = "agent.lot+{}@exemple.fr"
    for number in range(5):
        await Person.update({Person.address: address.format(number)}).where(Person.id == cast.agent_lot.id)
        await ask(address.format(number).upper(), clock)
        await smtp_email_worker.deliver_due()
    with pytest.raises(TooManyRequests):
        await ask("agent.lot@exemple.fr", clock)

    assert smtp_server.accepted_recipients == [address.format(number) for number in range(5)]


async def ask(address: str, clock: Clock) -> None:
    await request_login_link(address, browser="b", network="203.0.113.7", remember=False, next_path="", now=clock.now)


PARTS = st.sampled_from(
    [
        *"()<>,;:\"\\@.[]%!/|` \t\r\n+-'éK\u200b\ufeff\u00ad\u212a\uff20\u3002=?",
        "victim",
        "exemple.fr",
        "mailto:",
        "=?utf-8?q?a?=",
    ]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the first draw reads all loaded modules: 3 s
@given(st.lists(PARTS, max_size=14).map("".join) | st.text(max_size=40) | st.emails())
def test_what_is_read_is_one_mailbox_to_every_looser_reader(typed: str) -> None:
    """The standard library’s two parsers and the SMTP client find the same single mailbox."""
    try:
        read = parse_address(typed)
    except Invalid:
        return
    message = EmailMessage()
    message["To"] = read
    assert parse_address(read) == read == read.lower() and read.isascii() and len(read) <= 254
    assert parseaddr(read)[1] == read and getaddresses([read]) == [("", read)]
    assert extract_recipients(message) == [read]
    assert re.fullmatch(r"[a-z0-9._+'&=~#$*?^{}-]+@[a-z0-9.-]+\.[a-z][a-z0-9-]*", read)
