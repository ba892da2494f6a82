"""Who may choose which frequency, and what becomes of waiting emails. Every team keeps a member who is notified."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor, load_actor
from app.domain.accounts.registration import register_person
from app.domain.cases.draft.submission import submit
from app.domain.email.outbox import LEASE, claim_email
from app.domain.email.preferences import (
    change_email_frequency,
    load_email_frequency,
    unsubscribe,
)
from app.domain.email.queue_email import CaseAddress, EmailKind, queue_case_emails
from app.domain.email.schedule import EmailFrequency
from app.domain.email.shares import CaseReader, CaseShare
from app.domain.errors import Invalid
from app.domain.teams.teams import add_member, create_team
from app.tests.support.cases_fixtures import make_draft
from db.tables.audit import AuditEntry
from db.tables.email import Email
from db.tables.members import Membership
from db.tables.people import Person

AT_ONCE, TWICE, DAILY, NONE = EmailFrequency


@pytest.fixture
async def case_id(cast: Cast, now: datetime) -> UUID:
    sent = await make_draft(cast.agent_lot, now, "CAF")
    await submit(cast.agent_lot, sent, now)
    await Email.delete(force=True)
    return sent


async def queue(kind: EmailKind, people: list[int], case_id: UUID, now: datetime) -> None:
    """For the member of a team that no one has the case in, and of no other team."""
    seats = await Membership.select(Membership.person, Membership.team).where(Membership.person.is_in(people))
    teams = {seat["person"]: seat["team"] for seat in seats}
    readers = [CaseReader(person, CaseShare.UNASSIGNED, teams.get(person)) for person in people]
    await queue_case_emails(kind, readers, CaseAddress(case_id, office=0), now=now)


async def waiting(actor: Actor) -> list[tuple[datetime, datetime | None]]:
    rows = await Email.select(Email.due_at, Email.slot).where(Email.person == actor.id, Email.state == "waiting")
    return [(row["due_at"], row["slot"]) for row in rows]


async def test_everybody_starts_with_letters_at_once(cast: Cast, case_id: UUID, now: datetime) -> None:
    assert await load_email_frequency(cast.referent_caf_lot) == AT_ONCE

    await queue(EmailKind.MESSAGE, [cast.referent_caf_lot.id], case_id, now)

    assert await waiting(cast.referent_caf_lot) == [(now, None)]


async def test_what_waits_follows_the_choice(cast: Cast, case_id: UUID, now: datetime) -> None:
    julien = cast.referent_caf_lot
    await change_email_frequency(julien, DAILY, now)
    afternoon = now + timedelta(hours=2)
    await queue(EmailKind.MESSAGE, [julien.id], case_id, afternoon)
    tomorrow = now + timedelta(days=1, hours=1)
    assert await waiting(julien) == [(tomorrow, tomorrow)]

    await change_email_frequency(julien, TWICE, afternoon)
    three = now + timedelta(hours=5)
    assert await waiting(julien) == [(three, three)]

    await change_email_frequency(julien, AT_ONCE, afternoon)
    assert await waiting(julien) == [(afternoon, None)]

    await change_email_frequency(julien, NONE, afternoon)
    assert await waiting(julien) == []
    assert await AuditEntry.count().where(AuditEntry.action == "letters.chosen", AuditEntry.person_id == julien.id) == 4


async def test_what_is_being_sent_is_left_to_its_worker(cast: Cast, case_id: UUID, now: datetime) -> None:
    julien = cast.referent_caf_lot
    await queue(EmailKind.MESSAGE, [julien.id], case_id, now)
    assert await claim_email(now)

    for choice in (DAILY, NONE):
        await change_email_frequency(julien, choice, now)
        assert await waiting(julien) == [(now + LEASE, None)]


async def test_none_writes_no_letter(cast: Cast, case_id: UUID, now: datetime) -> None:
    await change_email_frequency(cast.referent_caf_lot, NONE, now)

    people = [cast.referent_caf_lot.id, cast.manager_caf_lot.id]
    await queue(EmailKind.MESSAGE, people, case_id, now)

    assert await waiting(cast.referent_caf_lot) == [] and await Email.count() == 1


async def test_the_slot_is_on_the_clock_of_ones_team(cast: Cast, case_id: UUID, now: datetime) -> None:
    team = await create_team("CAF de La Réunion", "CAF", ["974"])
    address = "referent.caf.reunion@exemple.fr"
    person = await register_person(address, first_name="Aurore", last_name="Payet", function="Référente", now=now)
    await add_member(person, team)
    actor = await load_actor(person)
    assert actor
    await change_email_frequency(actor, DAILY, now)

    await queue(EmailKind.INVITED, [person, cast.expert.id], case_id, now)

    tomorrow = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    assert await waiting(actor) == [(tomorrow, tomorrow)]


async def test_an_expert_without_a_team_reads_the_clock_of_paris(cast: Cast, case_id: UUID, now: datetime) -> None:
    await change_email_frequency(cast.expert, DAILY, now)

    await queue(EmailKind.INVITED, [cast.expert.id], case_id, now)

    assert await waiting(cast.expert) == [(now + timedelta(hours=1),) * 2]


async def test_the_last_reader_of_a_team_cannot_choose_none(cast: Cast, now: datetime) -> None:
    with pytest.raises(Invalid, match=r"la dernière personne .* « MSA du Lot »\. Choisissez par exemple"):
        await change_email_frequency(cast.referent_msa_lot, NONE, now)
    assert await load_email_frequency(cast.referent_msa_lot) == AT_ONCE

    await change_email_frequency(cast.referent_caf_lot, NONE, now)
    with pytest.raises(Invalid, match="« CAF du Lot »"):
        await change_email_frequency(cast.manager_caf_lot, NONE, now)
    await change_email_frequency(cast.referent_caf_lot, DAILY, now)
    await change_email_frequency(cast.manager_caf_lot, NONE, now)


async def test_a_deactivated_colleague_does_not_count_as_a_reader(cast: Cast, now: datetime) -> None:
    await Person.update({Person.active: False}).where(Person.id == cast.manager_caf_lot.id)

    with pytest.raises(Invalid):
        await change_email_frequency(cast.referent_caf_lot, NONE, now)


async def test_of_two_last_readers_who_leave_at_once_one_stays(cast: Cast, now: datetime) -> None:
    both = (cast.referent_caf_lot, cast.manager_caf_lot)

    outcomes = await asyncio.gather(
        *(change_email_frequency(actor, NONE, now) for actor in both), return_exceptions=True
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Invalid", "NoneType"]


async def test_a_team_whose_last_reader_has_left_is_written_to_once_a_day(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await change_email_frequency(cast.referent_caf_lot, NONE, now)
    await Person.update({Person.active: False}).where(Person.id == cast.manager_caf_lot.id)

    await queue(EmailKind.NEW_CASE, [cast.referent_caf_lot.id], case_id, now)

    assert await waiting(cast.referent_caf_lot) == [(now + timedelta(hours=1),) * 2]


@pytest.mark.parametrize("choice", ["", "weekly", "AT_ONCE", "x" * 300])
async def test_an_unknown_choice_is_refused(cast: Cast, now: datetime, choice: str) -> None:
    with pytest.raises(Invalid, match="Choisissez quand"):
        await change_email_frequency(cast.agent_lot, choice, now)


async def test_one_press_chooses_none_or_once_a_day(cast: Cast, now: datetime) -> None:
    for actor, choice in ((cast.referent_caf_lot, NONE), (cast.referent_msa_lot, DAILY)):
        await unsubscribe(actor, now)
        await unsubscribe(actor, now)
        assert await load_email_frequency(actor) == await load_email_frequency(actor, CaseShare.UNASSIGNED) == choice
        assert await load_email_frequency(actor, CaseShare.COLLEAGUES) == NONE
