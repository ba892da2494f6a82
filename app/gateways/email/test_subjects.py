"""The emails of one case can be filed and are shown together, without a word about the citizen."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.address import Mailbox
from app.domain.case_number import format_case_number
from app.domain.cases.email_case import EmailCase
from app.domain.cases.lifecycle.stepping_out import step_out
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.email.queue_email import EmailKind
from app.gateways.email.transport import build_message
from app.gateways.email.worker import EmailWorker
from app.tests.support.cases_fixtures import NewCase
from app.tests.support.recipients import say
from app.text.email_subjects import format_email_subject
from db.tables.cases import Case
from db.tables.teams import Team

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock
    from app.tests.support.smtp_fixtures import SmtpServer

OFFICE = "de France Services de démonstration du Lot"


@pytest.mark.parametrize(
    ("office", "organisations", "subject"),
    [
        ("France Services Cahors", ("CAF",), "Nouvelle demande 4827-1930 de France Services Cahors à CAF"),
        ("Espace\r\nBcc: a@b.fr", ("CAF", "MSA"), "Nouvelle demande 4827-1930 d’Espace Bcc: a@b.fr à CAF et MSA"),
        ("Épicerie", ("CAF", "MSA", "CPAM"), "Nouvelle demande 4827-1930 d’Épicerie à CAF, MSA et CPAM"),
    ],
)
def test_a_subject_names_the_office_and_the_organisations(
    office: str, organisations: tuple[str, ...], subject: str
) -> None:
    assert format_email_subject(EmailKind.NEW_CASE, EmailCase(48271930, office, organisations)) == subject


@pytest.mark.parametrize("padding", range(12))
@pytest.mark.parametrize("end", ["de démonstration du Lot à CAF et MSA", "de demonstration du Lot et CAF et MSA"])
def test_a_long_subject_is_read_as_it_was_written(padding: int, end: str) -> None:
    subject = f"Nouveau message : demande 4827-1930 de Relais{'x' * padding} Services {end}"
    message = build_message(
        sender="a@exemple.fr",
        to=Mailbox("b@exemple.fr"),
        subject=subject,
        text="",
        html="",
        message_id="<1@exemple.fr>",
        sent_at=datetime(2026, 11, 28, tzinfo=UTC),
    )

    sent = message.as_bytes()

    assert message_from_bytes(sent, policy=policy.default)["Subject"] == subject
    assert max(map(len, sent.splitlines())) < 80


async def find_number(case_id: UUID) -> str:
    row = await Case.select(Case.number).where(Case.id == case_id).first()
    assert row
    return format_case_number(row["number"])


async def test_those_of_a_team_that_stepped_out_are_named_no_more(
    cast: Cast, case_id: UUID, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock
) -> None:
    await smtp_email_worker.deliver_due()
    number = await find_number(case_id)
    assert {letter["Subject"] for letter in smtp_server.received} == {
        f"Nouvelle demande {number} {OFFICE} à CAF et MSA"
    }
    assert all(f"Demande {number}" in letter.get_body(("plain",)).get_content() for letter in smtp_server.received)
    smtp_server.received.clear()

    await step_out(cast.referent_caf_lot, case_id, "Autre caisse", clock.now)
    await smtp_email_worker.deliver_due()

    assert [letter["Subject"] for letter in smtp_server.received] == [
        f"Une équipe ne suit plus la demande {number} {OFFICE} à MSA"
    ]


async def test_the_emails_of_a_case_refer_to_one_id_that_says_nothing(
    cast: Cast, new_case: NewCase, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock
) -> None:
    await Team.update({Team.shared_address: "caf@exemple.fr"}).where(Team.name == "CAF du Lot")
    first, second = await new_case("CAF"), await new_case("CAF")
    await say(cast.referent_caf_lot, first, clock.now)
    await post_internal_note(cast.referent_caf_lot, first, "Entre nous", key="apart", now=clock.now)
    await smtp_email_worker.deliver_due()

    roots = {first: set[str](), second: set[str]()}
    for letter in smtp_server.received:
        case_id = first if f"/demandes/{first}" in letter.as_string() else second
        roots[case_id].add(letter["References"])
        assert letter["In-Reply-To"] == letter["References"] != letter["Message-ID"]
    ((one,), (other,)) = roots.values()
    assert one != other and re.fullmatch(r"<demande\.[0-9a-f]{32}@[a-z.+]+>", one)
    assert first.hex not in one and str(first) not in one
