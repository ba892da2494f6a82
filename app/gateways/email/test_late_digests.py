"""The emails of one late run, or of one gesture, are one, by a real SMTP server; a digest has what is due first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.cases.lifecycle import late_notices
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.late_notices import send_late_notices
from app.domain.cases.lifecycle.several import transfer_several
from app.domain.email.preferences import change_email_frequency
from app.domain.email.schedule import EmailFrequency
from app.gateways.email.worker import EmailWorker
from app.settings import settings
from app.tests.support.cases_fixtures import NewCase, open_and_read_case
from app.tests.support.recipients import find_team_id, list_emailed
from app.tests.support.smtp_fixtures import read_email_text
from db.tables.cases import Case
from db.tables.email import Email
from db.tables.participants import Recipient
from db.tables.teams import Team

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock
    from app.tests.support.smtp_fixtures import SmtpServer

JULIEN, HELENE, SHARED = "referent.caf.lot@exemple.fr", "responsable.caf.lot@exemple.fr", "caf.lot@exemple.fr"
Late = Callable[[int], Awaitable[list[UUID]]]
SUBJECT = "Des demandes attendent une réponse"


@pytest.fixture
def late(new_case: NewCase, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock) -> Late:
    """Cases of the CAF, late for a week at the return: what announced them has left."""

    async def late(count: int) -> list[UUID]:
        cases = [await new_case("CAF") for _ in range(count)]
        await smtp_email_worker.deliver_due()
        smtp_server.received.clear()
        clock.advance(days=4)
        return cases

    return late


def read_all(office: SmtpServer, address: str) -> list[str]:
    return [read_email_text(letter) for letter in office.received if letter["To"] == address]


async def test_late_ones_of_one_run_are_one_email_with_a_line_a_case(
    late: Late, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock
) -> None:
    """For each member, and for the shared address of the team."""
    await Team.update({Team.shared_address: SHARED}).where(Team.name == "CAF du Lot")
    cases = await late(3)
    await send_late_notices(clock.now)
    await smtp_email_worker.deliver_due()

    assert smtp_server.recipients == sorted([SHARED, JULIEN, HELENE])
    assert {letter["Subject"] for letter in smtp_server.received} == {SUBJECT}
    for said in (read_all(smtp_server, address)[0] for address in (SHARED, JULIEN, HELENE)):
        assert all(said.count(f"/demandes/{case_id}") == 2 for case_id in cases), "in the text and in the HTML"
        assert "en souffrance, personne ne s’en occupe" in said and f'{settings.public_url}/demandes"' in said
    assert not await Email.exists().where(Email.state == "waiting")


async def test_a_gesture_on_several_cases_is_one_email_to_a_shared_address(
    late: Late, cast: Cast, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock
) -> None:
    await Team.update({Team.shared_address: SHARED}).where(Team.name == "MSA du Lot")
    cases = await late(3)
    await transfer_several(cast.referent_caf_lot, cases, await find_team_id("MSA du Lot"), "Leur régime.", clock.now)
    await smtp_email_worker.deliver_due()
    assert not read_all(smtp_server, SHARED), "a minute later"
    clock.advance(minutes=1)
    await smtp_email_worker.deliver_due()

    (said,) = read_all(smtp_server, SHARED)
    assert all(said.count(f"/demandes/{case_id}") == 2 for case_id in cases)
    assert "/profil#mails" not in said and not await Email.exists().where(Email.state == "waiting")


async def test_one_late_case_keeps_its_own_email(
    late: Late, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock
) -> None:
    await late(1)
    await send_late_notices(clock.now)
    await smtp_email_worker.deliver_due()

    assert {letter["Subject"].partition(" : ")[0] for letter in smtp_server.received} == {"Votre réponse est attendue"}
    assert all(letter["References"] for letter in smtp_server.received)


async def test_a_manager_who_is_a_member_gets_one_email_when_the_job_catches_up(
    late: Late, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock
) -> None:
    (case_id,) = await late(1)
    clock.advance(days=7)
    await send_late_notices(clock.now)
    await smtp_email_worker.deliver_due()

    assert await list_emailed("late_manager") == ["responsable.caf.lot"]
    (said,) = read_all(smtp_server, HELENE)
    assert said.count(f"/demandes/{case_id}") == 2 and "sans réponse de votre équipe" in said


async def test_a_run_that_was_killed_says_what_it_queued_ten_minutes_later(
    late: Late,
    smtp_email_worker: EmailWorker,
    smtp_server: SmtpServer,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def killed(*_: object) -> None:
        raise KeyboardInterrupt

    await late(2)
    monkeypatch.setattr(late_notices, "release_emails", killed)
    with pytest.raises(KeyboardInterrupt):
        await send_late_notices(clock.now)
    assert await smtp_email_worker.deliver_due() == 0

    clock.advance(minutes=10)
    await smtp_email_worker.deliver_due()

    assert smtp_server.recipients == [JULIEN, HELENE]


async def test_what_is_due_first_comes_first_and_what_ended_unseen_is_left_out(
    cast: Cast, new_case: NewCase, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock
) -> None:
    await change_email_frequency(cast.referent_caf_lot, EmailFrequency.DAILY, clock.now)
    later, ended, opened, first = [await new_case("CAF", "MSA") for _ in range(4)]
    await Case.update({Case.urgent: True}).where(Case.id == later)
    for case_id, days in ((later, 3), (first, 1)):
        due = clock.now.replace(month=12, day=days)
        await Recipient.update({Recipient.late_from: due}).where(Recipient.case == case_id)
    await take_charge(cast.manager_caf_lot, first, clock.now)
    await open_and_read_case(cast.referent_caf_lot, opened, clock.now)
    for case_id in (ended, opened):
        await close(cast.agent_lot, case_id, "solved", clock.advance(seconds=1))
    clock.advance(hours=1)
    await smtp_email_worker.deliver_due()

    (said,) = read_all(smtp_server, JULIEN)
    assert str(ended) not in said
    assert said.index(str(first)) < said.index(str(later)) < said.index(str(opened))
    assert "(répondre avant le 1er décembre 2026, Hélène Marty s’en occupe)" in said
    assert "(urgente, répondre avant le 3 décembre 2026, personne ne s’en occupe)" in said
    assert "de France Services de démonstration du Lot à CAF et MSA" in said
