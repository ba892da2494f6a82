"""A typed address reaches the mailbox that is counted, or none: tried by sign-up, with a real SMTP server."""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from typing import TYPE_CHECKING

import pytest
from aiosmtplib.email import extract_recipients
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.accounts.address import mailbox_at, read_address
from app.domain.authentication.login_link import ask_for_link
from app.domain.email.queue_email import LetterKind, write_letters
from app.domain.errors import Invalid, TooOften
from app.domain.signup.request import Asked, ask_for_account
from app.gateways.email.worker import Postman
from app.tests.support.gateways_fixtures import Office
from db.tables import Letter, Person

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
"""{} is a number, so that each is another address to who compares texts."""


def asked(address: str) -> Asked:
    return Asked(address, "Zoé", "Neuve", "Agente", "01 99 00 12 34", None, "46", "Structure", "Pour aider")


async def test_no_form_of_an_address_reaches_more_than_the_mailbox_counted(
    cast: Cast, office: Office, smtp_postman: Postman, clock: Clock
) -> None:
    """Twenty-two forms, five numbers each: five letters to one mailbox in a quarter of an hour, none elsewhere."""
    kept = 0
    for form in HOSTILE:
        for number in range(5):
            try:
                await ask_for_account(asked(form.format(number)), network="203.0.113.7", now=clock.now)
                kept += 1
            except (Invalid, TooOften):
                pass
            await smtp_postman.deliver_due()

    assert set(office.reached) <= {VICTIM} | {f"victim+{number}@exemple.fr" for number in range(5)}
    assert len(office.reached) == kept == 5


async def test_a_letter_to_an_address_kept_before_the_reader_does_not_leave(
    cast: Cast, office: Office, smtp_postman: Postman, clock: Clock
) -> None:
    """It is not tried again: the account is named to who runs the server (app/domain/operations/correct_address.py)."""
    for address in ("x:victim@exemple.fr", "1,victim@exemple.fr", "mailto:victim@exemple.fr", "hélène@exemple.fr"):
        assert mailbox_at(address) is None
        await Person.update({Person.address: address}).where(Person.id == cast.agent_lot.id)
        await write_letters(LetterKind.ADDED, [cast.agent_lot.id], now=clock.now)
        await smtp_postman.deliver_due()

    assert office.reached == []
    assert {row["state"] for row in await Letter.select(Letter.state)} == {"cancelled"}


async def test_a_tag_and_capitals_count_as_the_mailbox_that_they_reach(
    cast: Cast, office: Office, smtp_postman: Postman, clock: Clock
) -> None:
    address = "agent.lot+{}@exemple.fr"
    for number in range(5):
        await Person.update({Person.address: address.format(number)}).where(Person.id == cast.agent_lot.id)
        await ask(address.format(number).upper(), clock)
        await smtp_postman.deliver_due()
    with pytest.raises(TooOften):
        await ask("agent.lot@exemple.fr", clock)

    assert office.reached == [address.format(number) for number in range(5)]


async def ask(address: str, clock: Clock) -> None:
    await ask_for_link(address, browser="b", network="203.0.113.7", remember=False, next_path="", now=clock.now)


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
    """The standard library's two parsers and the SMTP client find the mailbox itself, alone."""
    try:
        read = read_address(typed)
    except Invalid:
        return
    message = EmailMessage()
    message["To"] = read
    assert read_address(read) == read == read.lower() and read.isascii() and len(read) <= 254
    assert parseaddr(read)[1] == read and getaddresses([read]) == [("", read)]
    assert extract_recipients(message) == [read]
    assert re.fullmatch(r"[a-z0-9._+'&=~#$*?^{}-]+@[a-z0-9.-]+\.[a-z][a-z0-9-]*", read)
