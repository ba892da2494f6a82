"""Of two accounts of one team that took part in one case, one goes on with all of it, under one name."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.cast import Cast
from app.domain.account_keeping.account_merge import merge_account
from app.domain.accounts.actor import Actor, load_actor
from app.domain.accounts.profile import change_profile
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.set_aside import set_aside
from app.domain.cases.permissions import Action, list_allowed_actions
from app.domain.cases.thread.message_draft import load_message_draft, save_message_draft
from app.domain.cases.thread.posting import post_message
from app.domain.members.managers import add_manager
from app.domain.people.own_data import export_own_data
from app.domain.reorganisation.closed_account import close_account
from app.domain.reorganisation.pseudonyms import KEPT_CLOSED, remove_names_of_closed_accounts
from app.domain.teams.teams import add_member
from app.tests.support.case_reads import read_thread
from app.tests.support.cases_fixtures import NewCase, make_draft, open_and_read_case
from app.tests.support.members_fixtures import FindTeam
from db.tables.absences import Absence
from db.tables.audit import AuditEntry
from db.tables.cases import Case
from db.tables.email import Email
from db.tables.members import Membership
from db.tables.participants import Guest, Recipient, SetAside
from db.tables.people import Person
from db.tables.thread import Message, ReadReceipt

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker


async def again(person: Actor) -> Actor:
    actor = await load_actor(person.id)
    assert actor
    return actor


async def merge(cast: Cast, ends: Actor, stays: Actor, now: datetime) -> Actor:
    await merge_account(ends.id, stays.id, now, by=cast.admin.id)
    return await again(stays)


async def test_an_author_and_a_colleague_of_one_team_become_one(cast: Cast, case_id: UUID, now: datetime) -> None:
    carmen, other = cast.agent_lot, cast.colleague_lot
    draft = await make_draft(carmen, now, "CAF")
    await post_message(carmen, case_id, "De Carmen.", key="k", now=now)
    await post_message(other, case_id, "De la collègue.", key="k", now=now)
    await save_message_draft(carmen, case_id, "tapé en premier", key="a", now=now)
    await save_message_draft(other, case_id, "tapé ensuite", key="b", now=now + timedelta(minutes=1))

    one = await merge(cast, carmen, other, now)

    case = await load_visible_case(one, case_id)
    assert case.author_id == one.id and Action.CLOSE in list_allowed_actions(one, case)
    assert await Case.exists().where(Case.id == draft, Case.author == one.id)
    entries = [entry for entry in await read_thread(one, case) if entry.body]
    assert {entry.author for entry in entries} == {other.full_name}
    assert {row["author"] for row in await Message.select(Message.author)} == {carmen.id, other.id}
    assert [row["last_event"] for row in await ReadReceipt.select().where(ReadReceipt.person == one.id)]
    typed = await load_message_draft(one, case)
    assert typed and typed.body == "tapé ensuite"
    assert await Membership.count().where(Membership.person.is_in([carmen.id, other.id])) == 1
    assert not await ReadReceipt.exists().where(ReadReceipt.person == carmen.id)


async def test_what_a_referent_took_set_aside_and_was_told_goes_to_the_other_account(
    cast: Cast, case_id: UUID, now: datetime, find_team: FindTeam
) -> None:
    julien, paul = cast.referent_caf_lot, cast.referent_msa_lot
    caf = await find_team("CAF du Lot")
    await add_manager(cast.admin, caf, julien.id, now)
    await open_and_read_case(julien, case_id, now)
    await take_charge(julien, case_id, now)
    await set_aside(julien, case_id, now.date() + timedelta(days=3), for_team=False, now=now)
    for person in (julien, paul):
        await Guest.insert(Guest(case=case_id, person=person.id, invited_by=cast.admin.id, invited_at=now))
    days: dict[str, Any] = {"first_day": now.date(), "last_day": now.date(), "begins_at": now, "ends_at": now}
    await Absence.insert(Absence(person=paul.id, replacement=julien.id, **days))
    await Email.delete(force=True)
    for person in (julien, paul):
        await Email.insert(Email(kind="message", person=person.id, case=case_id, written_at=now, due_at=now))
    await Email.insert(Email(kind="late", person=julien.id, case=case_id, written_at=now, due_at=now))

    one = await merge(cast, julien, paul, now)

    assert [(seat.team_name, seat.manager) for seat in one.seats] == [("MSA du Lot", False), ("CAF du Lot", True)]
    assert await Recipient.exists().where(Recipient.team == caf, Recipient.taken_by == one.id)
    assert [row["person"] for row in await SetAside.select()] == [one.id]
    assert [row["person"] for row in await Guest.select()] == [one.id]
    assert [(row["person"], row["replacement"]) for row in await Absence.select()] == [(one.id, None)]
    waiting = await Email.select().where(Email.state == "waiting", Email.person.is_not_null()).order_by(Email.kind)
    assert [(row["kind"], row["person"]) for row in waiting] == [
        *(("joining", cast.manager_caf_lot.id), ("late", one.id), ("message", one.id)),
    ]
    assert not await Email.exists().where(Email.kind == "handed_over")
    assert (await load_visible_case(one, case_id)).id == case_id


async def test_closed_cases_follow_and_the_audit_log_keeps_its_numbers(
    cast: Cast, case_id: UUID, new_case: NewCase, now: datetime
) -> None:
    carmen, other = cast.agent_lot, cast.colleague_lot
    await close(carmen, case_id, "solved", now)
    lines = await AuditEntry.count().where(AuditEntry.person_id == carmen.id)

    one = await merge(cast, carmen, other, now)

    row = await Case.select().where(Case.id == case_id).first()
    assert row and (row["author"], row["closed_by"], row["status"]) == (one.id, one.id, "closed")
    assert await AuditEntry.count().where(AuditEntry.person_id == carmen.id) == lines


async def test_one_name_for_both_also_when_it_changes_and_through_two_joins(cast: Cast, now: datetime) -> None:
    first, second, last = cast.agent_cher, cast.agent_lot, cast.colleague_lot
    await merge(cast, first, second, now)
    one = await merge(cast, second, last, now)
    assert {row["merged_into"] for row in await Person.select().where(Person.merged_into.is_not_null())} == {one.id}

    named = {"first_name": "Léa", "last_name": "Fabre-Roux", "function": one.function, "phone": "05 36 49 00 77"}
    await change_profile(one, **named, signature="", now=now)

    rows = await Person.select().where(Person.id.is_in([first.id, second.id, last.id]))
    assert {(row["last_name"], row["phone"]) for row in rows} == {("Fabre-Roux", "05 36 49 00 77")}


async def test_a_seat_that_both_had_stays_once(cast: Cast, now: datetime, find_team: FindTeam) -> None:
    await add_member(cast.referent_msa_lot.id, await find_team("CAF du Lot"))

    one = await merge(cast, cast.referent_caf_lot, cast.referent_msa_lot, now)

    assert [seat.team_name for seat in one.seats] == ["MSA du Lot", "CAF du Lot"]


async def test_an_account_that_continued_says_no_more_than_the_one_it_continues_in(cast: Cast, now: datetime) -> None:
    """Closed, then two years later."""
    carmen, other = cast.agent_lot, cast.colleague_lot
    await merge(cast, carmen, other, now)
    assert await remove_names_of_closed_accounts(now + KEPT_CLOSED) == 0

    await close_account(other.id, now)

    rows = await Person.select().where(Person.id.is_in([carmen.id, other.id]))
    assert {(row["last_name"], row["function"], row["phone"]) for row in rows} == {(other.last_name, "", "")}
    assert await remove_names_of_closed_accounts(now + KEPT_CLOSED) == 2
    rows = await Person.select().where(Person.id.is_in([carmen.id, other.id]))
    assert len({row["address"] for row in rows}) == 2
    assert {(row["first_name"], row["last_name"]) for row in rows} == {("", "Ancien compte")}


async def test_the_person_downloads_what_they_wrote_from_both(cast: Cast, case_id: UUID, now: datetime) -> None:
    await post_message(cast.agent_lot, case_id, "De Carmen.", key="k", now=now)

    one = await merge(cast, cast.agent_lot, cast.colleague_lot, now)

    assert len((await export_own_data(one, now)).rows["messages"]) == 1


async def test_the_managers_of_a_team_read_whom_a_join_seats_there(
    cast: Cast, now: datetime, email_worker: EmailWorker, email_folder: FolderTransport, find_team: FindTeam
) -> None:
    """Not those of a team where the other account was already, nor the person themselves."""
    ends, stays = cast.referent_caf_lot, cast.referent_msa_lot
    await add_manager(cast.admin, await find_team("CAF du Lot"), ends.id, now)
    shared = await find_team("MSA du Lot")
    for person, manages in ((ends, False), (cast.colleague_lot, True)):
        await add_member(person.id, shared, manager=manages)
    await Email.delete(force=True)

    one = await merge(cast, ends, stays, now)

    await email_worker.deliver_due()
    assert one.seats[1].manager
    assert {row["person"] for row in await Email.select().where(Email.kind == "joining")} == {cast.manager_caf_lot.id}
    (letter,) = await email_folder.read(cast.manager_caf_lot.address)
    assert letter.subject == "Qui vient d’être invité ou ajouté dans votre équipe" and stays.full_name in letter.text
