"""Who may choose what, and what becomes of the letters that were waiting. Nobody's team is left unwritten to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor, load_actor
from app.domain.accounts.registration import register_person
from app.domain.cases.draft.submission import submit
from app.domain.email.outbox import LEASE, claim_letter
from app.domain.email.preferences import choice_link, choose_times, chosen_times, holder_of, want_fewest
from app.domain.email.queue_email import LetterKind, write_letters
from app.domain.email.schedule import LetterTimes
from app.domain.errors import Invalid, NotFound
from app.domain.teams.teams import add_member, create_team
from app.tests.support.cases_fixtures import draft
from db.tables import Audit, Letter, Person

AT_ONCE, TWICE, DAILY, NONE = LetterTimes
Link = Callable[[Actor], str]


@pytest.fixture
async def case_id(cast: Cast, now: datetime) -> UUID:
    sent = await draft(cast.agent_lot, now, "CAF")
    await submit(cast.agent_lot, sent, now)
    await Letter.delete(force=True)
    return sent


async def waiting(actor: Actor) -> list[tuple[datetime, datetime | None]]:
    rows = await Letter.select(Letter.due_at, Letter.slot).where(Letter.person == actor.id, Letter.state == "waiting")
    return [(row["due_at"], row["slot"]) for row in rows]


async def test_everybody_starts_with_letters_at_once(cast: Cast, case_id: UUID, now: datetime) -> None:
    assert await chosen_times(cast.referent_caf_lot) == AT_ONCE

    await write_letters(LetterKind.MESSAGE, [cast.referent_caf_lot.id], case_id=case_id, now=now)

    assert await waiting(cast.referent_caf_lot) == [(now, None)]


async def test_what_waits_follows_the_choice(cast: Cast, case_id: UUID, now: datetime) -> None:
    julien = cast.referent_caf_lot
    await choose_times(julien, DAILY, now)
    afternoon = now + timedelta(hours=2)
    await write_letters(LetterKind.MESSAGE, [julien.id], case_id=case_id, now=afternoon)
    tomorrow = now + timedelta(days=1, hours=1)
    assert await waiting(julien) == [(tomorrow, tomorrow)]

    await choose_times(julien, TWICE, afternoon)
    three = now + timedelta(hours=5)
    assert await waiting(julien) == [(three, three)]

    await choose_times(julien, AT_ONCE, afternoon)
    assert await waiting(julien) == [(afternoon, None)]

    await choose_times(julien, NONE, afternoon)
    assert await waiting(julien) == []
    assert await Audit.count().where(Audit.action == "letters.chosen", Audit.person_id == julien.id) == 4


async def test_what_is_being_sent_is_left_to_its_worker(cast: Cast, case_id: UUID, now: datetime) -> None:
    julien = cast.referent_caf_lot
    await write_letters(LetterKind.MESSAGE, [julien.id], case_id=case_id, now=now)
    assert await claim_letter(now)

    for choice in (DAILY, NONE):
        await choose_times(julien, choice, now)
        assert await waiting(julien) == [(now + LEASE, None)]


async def test_none_writes_no_letter(cast: Cast, case_id: UUID, now: datetime) -> None:
    await choose_times(cast.referent_caf_lot, NONE, now)

    await write_letters(LetterKind.MESSAGE, [cast.referent_caf_lot.id], case_id=case_id, now=now)

    assert await Letter.count() == 0


async def test_the_slot_is_on_the_clock_of_ones_team(cast: Cast, case_id: UUID, now: datetime) -> None:
    team = await create_team("CAF de La Réunion", "CAF", ["974"])
    address = "referent.caf.reunion@exemple.fr"
    person = await register_person(address, first_name="Aurore", last_name="Payet", function="Référente", now=now)
    await add_member(person, team)
    actor = await load_actor(person)
    assert actor
    await choose_times(actor, DAILY, now)

    await write_letters(LetterKind.INVITED, [person, cast.expert.id], case_id=case_id, now=now)

    tomorrow = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    assert await waiting(actor) == [(tomorrow, tomorrow)]


async def test_an_expert_without_a_team_reads_the_clock_of_paris(cast: Cast, case_id: UUID, now: datetime) -> None:
    await choose_times(cast.expert, DAILY, now)

    await write_letters(LetterKind.INVITED, [cast.expert.id], case_id=case_id, now=now)

    assert await waiting(cast.expert) == [(now + timedelta(hours=1),) * 2]


async def test_the_last_reader_of_a_team_cannot_choose_none(cast: Cast, now: datetime) -> None:
    with pytest.raises(Invalid, match=r"la dernière personne .* « MSA du Lot »\. Choisissez par exemple"):
        await choose_times(cast.referent_msa_lot, NONE, now)
    assert await chosen_times(cast.referent_msa_lot) == AT_ONCE

    await choose_times(cast.referent_caf_lot, NONE, now)
    with pytest.raises(Invalid, match="« CAF du Lot »"):
        await choose_times(cast.manager_caf_lot, NONE, now)
    await choose_times(cast.referent_caf_lot, DAILY, now)
    await choose_times(cast.manager_caf_lot, NONE, now)


async def test_a_deactivated_colleague_does_not_count_as_a_reader(cast: Cast, now: datetime) -> None:
    await Person.update({Person.active: False}).where(Person.id == cast.manager_caf_lot.id)

    with pytest.raises(Invalid):
        await choose_times(cast.referent_caf_lot, NONE, now)


async def test_of_two_last_readers_who_leave_at_once_one_stays(cast: Cast, now: datetime) -> None:
    both = (cast.referent_caf_lot, cast.manager_caf_lot)

    outcomes = await asyncio.gather(*(choose_times(actor, NONE, now) for actor in both), return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Invalid", "NoneType"]


async def test_a_team_whose_last_reader_has_left_is_written_to_once_a_day(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await choose_times(cast.referent_caf_lot, NONE, now)
    await Person.update({Person.active: False}).where(Person.id == cast.manager_caf_lot.id)

    await write_letters(LetterKind.NEW_CASE, [cast.referent_caf_lot.id], case_id=case_id, now=now)

    assert await waiting(cast.referent_caf_lot) == [(now + timedelta(hours=1),) * 2]


@pytest.mark.parametrize("choice", ["", "weekly", "AT_ONCE", "x" * 300])
async def test_an_unknown_choice_is_refused(cast: Cast, now: datetime, choice: str) -> None:
    with pytest.raises(Invalid, match="Choisissez quand"):
        await choose_times(cast.agent_lot, choice, now)


async def test_one_press_chooses_none_or_once_a_day(cast: Cast, now: datetime) -> None:
    for actor, choice in ((cast.referent_caf_lot, NONE), (cast.referent_msa_lot, DAILY)):
        await want_fewest(actor, now)
        await want_fewest(actor, now)
        assert await chosen_times(actor) == choice


FORGED: list[Link] = [
    lambda actor: f"{actor.id}-{'0' * 32}",
    lambda actor: choice_link(actor).rpartition("/")[2][:-1],
    lambda actor: choice_link(actor).rpartition("/")[2].replace(str(actor.id), str(actor.id + 1), 1),
    lambda actor: "",
    lambda actor: "-",
    lambda actor: "٣-" + "0" * 32,
    lambda actor: f"{10**30}-{'0' * 32}",
]


async def test_the_link_is_its_holders_and_cannot_be_made(cast: Cast) -> None:
    julien = cast.referent_caf_lot
    link = choice_link(julien).rpartition("/")[2]
    assert (await holder_of(link)).id == julien.id

    for forge in FORGED:
        with pytest.raises(NotFound):
            await holder_of(forge(julien))
    await Person.update({Person.active: False}).where(Person.id == julien.id)
    with pytest.raises(NotFound):
        await holder_of(link)
