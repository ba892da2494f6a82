"""Letters by a real SMTP server: once each, to the right people, without a word about the citizen; through outages."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from jinja2 import DictLoader, Environment

from app.cast import Cast
from app.domain.authentication.login_link import ask_for_link
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.email.outbox import GIVE_UP_AFTER
from app.gateways.email.transport import FolderMail, SmtpMail
from app.gateways.email.worker import Postman
from app.tests.support.cases_fixtures import draft
from app.tests.support.gateways_fixtures import words
from db.tables import Letter, Person

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock
    from app.tests.support.gateways_fixtures import Office

REFERENTS = {"referent.caf.lot@exemple.fr", "responsable.caf.lot@exemple.fr", "referent.msa.lot@exemple.fr"}


@pytest.fixture
async def case_id(cast: Cast, now: datetime) -> UUID:
    sent = await draft(cast.agent_lot, now, "CAF", "MSA", subject="Canari dans le sujet")
    await submit(cast.agent_lot, sent, now)
    return sent


async def test_one_letter_to_each_referent_with_the_link_and_nothing_of_the_citizen(
    case_id: UUID, smtp_postman: Postman, office: Office
) -> None:
    assert await smtp_postman.deliver_due() == 3
    assert await smtp_postman.deliver_due() == 0

    assert set(office.to) == REFERENTS and len(office.received) == 3
    for letter in office.received:
        assert {part.get_content_type() for part in letter.walk()} >= {"text/plain", "text/html"}
        said = words(letter)
        assert f"/demandes/{case_id}" in said and letter["Auto-Submitted"] == "auto-generated"
        for canary in ("Canari", "Jeanne", "Pélissier", "1957", "trois mois", "Carmen"):
            assert canary not in said


async def test_an_office_down_then_up_delivers_everything_once(
    case_id: UUID, office: Office, smtp_postman: Postman, templates: Environment, clock: Clock
) -> None:
    nowhere = Postman(SmtpMail("smtp://127.0.0.1:1"), templates, clock)
    for _ in range(5):
        assert await nowhere.deliver_due() == 0
        clock.advance(minutes=31)

    await smtp_postman.deliver_due()

    assert set(office.to) == REFERENTS and len(office.received) == 3


async def test_a_letter_that_cannot_be_written_out_holds_nobody_up(
    case_id: UUID, letterbox: FolderMail, office: Office, smtp_postman: Postman, clock: Clock
) -> None:
    broken = Postman(letterbox, Environment(loader=DictLoader({}), autoescape=True), clock)
    assert await broken.deliver_due() == 0
    assert await Letter.count().where(Letter.state == "waiting", Letter.due_at > clock.now) == 3

    clock.advance(minutes=31)
    assert await smtp_postman.deliver_due() == 3 and set(office.to) == REFERENTS


async def test_who_waits_at_the_door_is_written_to_first(
    case_id: UUID, cast: Cast, office: Office, smtp_postman: Postman, now: datetime
) -> None:
    """Twenty thousand invitations may be waiting; a login letter lives a quarter of an hour."""
    await ask_for_link(cast.agent_cher.address, browser="a", network="", remember=False, next_path="", now=now)
    await Letter.update({Letter.due_at: now - timedelta(hours=1)}).where(Letter.kind == "new_case")

    await smtp_postman.deliver_due()

    assert office.received[0]["To"] == cast.agent_cher.address and len(office.received) == 4


@pytest.mark.parametrize("at_once", [1, 2])
async def test_a_stop_waits_for_the_letters_under_way(
    case_id: UUID, office: Office, templates: Environment, clock: Clock, at_once: int
) -> None:
    office.pause = 1.0
    postman = Postman(SmtpMail(f"smtp://127.0.0.1:{office.port}"), templates, clock, at_once=at_once)
    work = asyncio.create_task(postman.work())
    while office.open < at_once:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)

    assert len(office.received) == await Letter.count().where(Letter.state == "sent") == at_once


async def test_several_leave_at_once_never_more_than_is_set_each_of_them_once(
    case_id: UUID, office: Office, templates: Environment, clock: Clock
) -> None:
    office.pause = 0.3
    limited = Postman(SmtpMail(f"smtp://127.0.0.1:{office.port}"), templates, clock, at_once=2)

    assert await limited.deliver_due() == 3

    assert office.most_open == 2 and len(office.received) == 3 and set(office.to) == REFERENTS
    assert await Letter.count().where(Letter.state == "sent") == 3


async def test_the_message_id_is_the_same_at_every_attempt(
    case_id: UUID, office: Office, smtp_postman: Postman, clock: Clock
) -> None:
    await smtp_postman.deliver_due()
    await Letter.update({Letter.state: "waiting"}).where(Letter.kind == "new_case")
    clock.advance(minutes=3)
    await smtp_postman.deliver_due()

    identities = [letter["Message-ID"] for letter in office.received]
    assert len(identities) == 6 and len(set(identities)) == 3


async def test_a_refused_address_starves_nobody_and_ends_as_failed(
    case_id: UUID, office: Office, smtp_postman: Postman, clock: Clock
) -> None:
    office.refused["referent.caf.lot@exemple.fr"] = "550 No such user"
    await smtp_postman.deliver_due()
    assert set(office.to) == REFERENTS - {"referent.caf.lot@exemple.fr"}

    clock.advance(hours=GIVE_UP_AFTER.total_seconds() / 3600 + 1)
    await smtp_postman.deliver_due()
    clock.advance(hours=1)
    office.refused.clear()
    assert await smtp_postman.deliver_due() == 0
    assert await Letter.count().where(Letter.state == "failed") == 1


async def test_a_login_letter_that_has_expired_is_not_sent(
    cast: Cast, office: Office, smtp_postman: Postman, clock: Clock
) -> None:
    await ask_for_link(cast.agent_lot.address, browser="a", network="", remember=False, next_path="", now=clock.now)
    clock.advance(minutes=16)
    assert await smtp_postman.deliver_due() == 0 and office.received == []


async def test_what_a_person_may_no_longer_open_is_no_longer_announced(
    cast: Cast, case_id: UUID, office: Office, smtp_postman: Postman, now: datetime
) -> None:
    await Person.update({Person.active: False}).where(Person.id == cast.referent_msa_lot.id)
    await withdraw(cast.agent_lot, case_id, now)

    assert await smtp_postman.deliver_due() == 0 and office.received == []
    assert await Letter.count().where(Letter.state == "cancelled") == 3
