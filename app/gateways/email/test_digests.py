"""One email for each person and slot, by a real SMTP server: what is still unread, once, without personal data."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.authentication.login_link import request_login_link
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.erasure import erase_closed_cases
from app.domain.cases.lifecycle.late_notices import send_late_notices
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.domain.email.preferences import change_email_frequency
from app.domain.email.queue_email import EmailKind, queue_emails
from app.domain.email.schedule import EmailFrequency
from app.gateways.email import worker as delivering
from app.gateways.email.transport import SmtpTransport
from app.gateways.email.worker import EmailWorker
from app.settings import settings
from app.tests.support.cases_fixtures import make_draft, open_and_read_case
from app.tests.support.smtp_fixtures import read_email_text
from db.tables.cases import Case
from db.tables.email import Email
from db.tables.people import Person

if TYPE_CHECKING:
    from jinja2 import Environment

    from app.tests.support.fixtures import Clock
    from app.tests.support.smtp_fixtures import SmtpServer

JULIEN, HELENE, PAUL = (f"{name}.lot@exemple.fr" for name in ("referent.caf", "responsable.caf", "referent.msa"))
Send = Callable[..., Awaitable[UUID]]
Write = Callable[[Actor, UUID, str], Awaitable[None]]


@pytest.fixture
def send(cast: Cast, clock: Clock) -> Send:
    """A case of Carmen’s; the clock is at ten in Paris, an hour before the first slot."""

    async def send(*acronyms: str, subject: str = "Canari dans le sujet") -> UUID:
        sent = await make_draft(cast.agent_lot, clock.now, *acronyms, subject=subject)
        await submit(cast.agent_lot, sent, clock.now)
        return sent

    return send


@pytest.fixture
def write(clock: Clock) -> Write:
    async def write(actor: Actor, case_id: UUID, body: str) -> None:
        await post_message(actor, case_id, body, key=body, now=clock.advance(seconds=1))

    return write


@pytest.fixture
async def daily(cast: Cast, clock: Clock) -> Actor:
    """Julien, who chose « Une fois par jour »."""
    await change_email_frequency(cast.referent_caf_lot, EmailFrequency.DAILY, clock.now)
    return cast.referent_caf_lot


def to_julien(office: SmtpServer) -> list[Any]:
    return [letter for letter in office.received if letter["To"] == JULIEN]


async def test_ten_messages_on_a_case_are_one_line_of_one_letter(
    cast: Cast,
    daily: Actor,
    send: Send,
    write: Write,
    smtp_email_worker: EmailWorker,
    smtp_server: SmtpServer,
    clock: Clock,
) -> None:
    first, second = await send("CAF"), await send("CAF", "MSA")
    for number in range(10):
        await write(cast.agent_lot, first, f"Canari {number}")
    await smtp_email_worker.deliver_due()
    assert not to_julien(smtp_server)

    clock.advance(hours=1)
    await smtp_email_worker.deliver_due()
    await smtp_email_worker.deliver_due()

    (letter,) = to_julien(smtp_server)
    text, html = (letter.get_body((form,)).get_content() for form in ("plain", "html"))
    for form in (text, html):
        assert form.count(f"/demandes/{first}") == form.count(f"/demandes/{second}") == 1
        assert "nouvelle demande, 10 nouveaux messages" in form
        assert "n’y répondez pas" in form and "Demande " in form and " du 23 novembre 2026, de" in form
    assert letter["Subject"] == "Du nouveau dans vos demandes"


async def test_a_digest_says_nothing_of_anybody_and_loads_nothing(
    daily: Actor,
    cast: Cast,
    send: Send,
    write: Write,
    smtp_email_worker: EmailWorker,
    smtp_server: SmtpServer,
    clock: Clock,
) -> None:
    case_id = await send("CAF")
    await write(cast.agent_lot, case_id, "Canari du message")
    clock.advance(hours=1)
    await smtp_email_worker.deliver_due()

    (letter,) = to_julien(smtp_server)
    said = read_email_text(letter)
    for canary in ("Canari", "Jeanne", "Pélissier", "1957", "trois mois", "Carmen", "Vidal", "Julien", "Delmas"):
        assert canary not in said
    for loaded in ("<img", "<link", "<script", "url(", "@import", "background="):
        assert loaded not in said


async def test_killed_in_the_middle_it_comes_twice_at_most_as_the_same_letter(
    daily: Actor,
    send: Send,
    smtp_email_worker: EmailWorker,
    smtp_server: SmtpServer,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await send("CAF")
    clock.advance(hours=1)

    async def killed(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(delivering, "record_success", killed)
        while True:  # Hélène’s email, which leaves alone, is killed too
            try:
                if await smtp_email_worker.deliver_due() == 0:
                    break
            except RuntimeError:
                continue
    for _ in range(3):
        clock.advance(minutes=3)
        await smtp_email_worker.deliver_due()

    identities = [letter["Message-ID"] for letter in to_julien(smtp_server)]
    assert len(identities) == 2 and len(set(identities)) == 1


async def test_what_was_read_is_not_repeated_and_a_letter_without_news_is_not_sent(
    daily: Actor,
    cast: Cast,
    send: Send,
    write: Write,
    smtp_email_worker: EmailWorker,
    smtp_server: SmtpServer,
    clock: Clock,
) -> None:
    read, unread = await send("CAF"), await send("CAF")
    await open_and_read_case(daily, read, clock.advance(minutes=5))
    clock.advance(hours=1)
    await smtp_email_worker.deliver_due()
    (letter,) = to_julien(smtp_server)
    assert f"/demandes/{unread}" in read_email_text(letter) and f"/demandes/{read}" not in read_email_text(letter)

    await write(cast.agent_lot, unread, "Encore")
    await open_and_read_case(daily, unread, clock.advance(minutes=5))
    clock.advance(days=1)
    await smtp_email_worker.deliver_due()

    assert len(to_julien(smtp_server)) == 1
    assert await Email.count().where(Email.person == daily.id, Email.state == "waiting") == 0


async def test_a_withdrawn_an_erased_and_a_forbidden_case_are_dropped(
    daily: Actor, cast: Cast, send: Send, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock
) -> None:
    withdrawn, erased = await send("CAF"), await send("CAF")
    await withdraw(cast.agent_lot, withdrawn, clock.now)
    long_ago = clock.now - timedelta(days=400)
    await Case.update({Case.status: "closed", Case.closed_at: long_ago}).where(Case.id == erased)
    assert await erase_closed_cases(clock.now) == 1
    clock.advance(hours=1)

    await smtp_email_worker.deliver_due()

    assert not to_julien(smtp_server)
    assert await Email.count().where(Email.person == daily.id, Email.state == "cancelled") == 1


async def test_a_person_who_has_left_gets_nothing(
    daily: Actor, send: Send, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock
) -> None:
    await send("CAF")
    await Person.update({Person.active: False}).where(Person.id == daily.id)
    clock.advance(hours=1)

    await smtp_email_worker.deliver_due()

    assert not to_julien(smtp_server)


async def test_what_referents_write_apart_is_in_no_agents_digest(
    cast: Cast, send: Send, write: Write, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock
) -> None:
    await change_email_frequency(cast.agent_lot, EmailFrequency.TWICE, clock.now)
    case_id = await send("CAF")
    await post_internal_note(cast.referent_caf_lot, case_id, "Entre nous", key="apart", now=clock.now)
    clock.advance(hours=2)

    await smtp_email_worker.deliver_due()

    assert cast.agent_lot.address not in smtp_server.recipients


async def test_lateness_is_told_while_it_lasts_even_once_read(
    daily: Actor,
    cast: Cast,
    send: Send,
    write: Write,
    smtp_email_worker: EmailWorker,
    smtp_server: SmtpServer,
    clock: Clock,
) -> None:
    late, answered = await send("CAF"), await send("CAF")
    clock.advance(days=4)
    await send_late_notices(clock.now)
    for case_id in (late, answered):
        await open_and_read_case(daily, case_id, clock.advance(minutes=5))
    await write(cast.manager_caf_lot, answered, "Voici")
    await open_and_read_case(daily, answered, clock.advance(minutes=5))
    smtp_server.received.clear()
    clock.advance(hours=1)
    await smtp_email_worker.deliver_due()

    (letter,) = to_julien(smtp_server)
    assert "réponse attendue au-delà du délai prévu" in read_email_text(letter)
    assert f"/demandes/{late}" in read_email_text(letter) and f"/demandes/{answered}" not in read_email_text(letter)


async def test_a_manager_who_chose_none_still_learns_what_the_team_left_unanswered(
    cast: Cast, send: Send, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock
) -> None:
    await change_email_frequency(cast.manager_caf_lot, EmailFrequency.NONE, clock.now)
    await send("CAF")
    for _ in range(2):
        clock.advance(days=7)
        await send_late_notices(clock.now)
    clock.advance(hours=2)
    await smtp_email_worker.deliver_due()

    (letter,) = [letter for letter in smtp_server.received if letter["To"] == HELENE]
    assert "sans réponse de votre équipe depuis plusieurs jours" in read_email_text(letter)
    assert "réponse attendue" not in read_email_text(letter) and "nouvelle demande" not in read_email_text(letter)


async def test_what_concerns_the_account_leaves_at_once_for_any_choice(
    cast: Cast, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock
) -> None:
    await change_email_frequency(cast.agent_lot, EmailFrequency.NONE, clock.now)
    address = cast.agent_lot.address
    await request_login_link(address, browser="a", network="", remember=False, next_path="", now=clock.now)
    await queue_emails(EmailKind.PASSWORD_SET, [cast.agent_lot.id], now=clock.now)

    await smtp_email_worker.deliver_due()

    assert smtp_server.recipients == [address, address]


async def test_an_outage_delays_a_digest_and_mixes_it_with_no_other(
    daily: Actor,
    cast: Cast,
    send: Send,
    smtp_email_worker: EmailWorker,
    smtp_server: SmtpServer,
    templates: Environment,
    clock: Clock,
) -> None:
    await change_email_frequency(daily, EmailFrequency.TWICE, clock.now)
    before = await send("CAF")
    clock.advance(hours=1)
    nowhere = EmailWorker(SmtpTransport("smtp://127.0.0.1:1"), templates, clock)
    assert await nowhere.deliver_due() == 0
    after = await send("CAF")
    clock.advance(hours=5)

    await smtp_email_worker.deliver_due()

    letters = [read_email_text(letter) for letter in to_julien(smtp_server)]
    assert [(str(before) in letter, str(after) in letter) for letter in letters] == [(True, False), (False, True)]


async def test_workers_that_run_together_send_one_digest(
    daily: Actor, send: Send, smtp_server: SmtpServer, templates: Environment, clock: Clock
) -> None:
    for _ in range(5):
        await send("CAF")
    clock.advance(hours=1)
    mail = SmtpTransport(f"smtp://127.0.0.1:{smtp_server.port}")
    workers = [EmailWorker(mail, templates, clock, max_concurrent=3) for _ in range(4)]

    await asyncio.gather(*(worker.deliver_due() for worker in workers))

    (letter,) = to_julien(smtp_server)
    assert read_email_text(letter).count("nouvelle demande") == 2 * 5


@pytest.mark.parametrize("public_url", ["http://127.0.0.1:8000", f"https://aplus.{'tres-long.' * 12}exemple.fr"])
async def test_a_digest_can_be_refused_in_one_press(
    daily: Actor,
    send: Send,
    smtp_email_worker: EmailWorker,
    smtp_server: SmtpServer,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    public_url: str,
) -> None:
    for module in ("app.domain.email.preferences", "app.gateways.email.render"):
        monkeypatch.setattr(f"{module}.settings", replace(settings, public_url=public_url))
    await send("CAF")
    clock.advance(hours=1)
    await smtp_email_worker.deliver_due()

    (letter,) = to_julien(smtp_server)
    (alone,) = [letter for letter in smtp_server.received if letter["To"] == HELENE]
    assert letter["List-Unsubscribe"].startswith(f"<{public_url}/mails/{daily.id}-")
    assert letter["List-Unsubscribe"].endswith("/arret>") and letter["Precedence"] == "bulk"
    one_press = "List-Unsubscribe=One-Click" if public_url.startswith("https") else None
    assert letter["List-Unsubscribe-Post"] == one_press
    assert alone["List-Unsubscribe"] is None
