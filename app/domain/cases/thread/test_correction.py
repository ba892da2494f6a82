"""Corrections: a message until it is read, a case until it is opened, a field at any time."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.draft.draft import CitizenDetail, load_details
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.inbox.views import View
from app.domain.cases.lifecycle.closure import reopen
from app.domain.cases.lifecycle.completion import complete
from app.domain.cases.lifecycle.expiry import expire_inactive_cases
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.cases.statistics.counting import count_area
from app.domain.cases.statistics.totals import decode_area_total, encode_statistics
from app.domain.cases.thread.answers import announce_handled, dismiss
from app.domain.cases.thread.correction import correct, withdraw_message
from app.domain.cases.thread.entries import Entry
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from app.tests.support.case_reads import read_thread
from app.tests.support.cases_fixtures import NewCase, open_and_read_case
from db.tables.email import Email
from db.tables.participants import Recipient
from db.tables.thread import Message

Answer = Callable[..., Awaitable[None]]


async def say(actor: Actor, case_id: UUID, body: str, now: datetime) -> int:
    await post_message(actor, case_id, body, key=str(uuid4()), now=now)
    return await last_message()


async def last_message() -> int:
    row = await Message.select(Message.id).order_by(Message.id, ascending=False).first()
    assert row is not None
    return int(row["id"])


async def spoken(actor: Actor, case_id: UUID) -> list[Entry]:
    return [entry for entry in await read_thread(actor, await load_visible_case(actor, case_id)) if entry.is_message]


async def message(actor: Actor, case_id: UUID) -> Entry:
    return next(entry for entry in await spoken(actor, case_id) if entry.kind == "message")


async def test_a_message_is_corrected_until_the_other_side_has_read_it(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    sent = await say(cast.agent_lot, case_id, "Dossier 12", now)
    await open_and_read_case(cast.colleague_lot, case_id, now)
    await correct(cast.agent_lot, case_id, sent, "Dossier 21", now)

    shown = await message(cast.referent_caf_lot, case_id)
    assert shown.body == "Dossier 21" and shown.corrected
    assert (await list_cases(cast.agent_lot, Filters(words="12"), now)).total == 0
    await open_and_read_case(cast.referent_msa_lot, case_id, now)
    with pytest.raises(Conflict):
        await correct(cast.agent_lot, case_id, sent, "Dossier 22", now)
    with pytest.raises(Conflict):
        await withdraw_message(cast.agent_lot, case_id, sent, now)


async def test_a_withdrawn_message_leaves_its_place_and_no_word(cast: Cast, case_id: UUID, now: datetime) -> None:
    sent = await say(cast.referent_caf_lot, case_id, "Erreur de dossier", now)
    await open_and_read_case(cast.referent_msa_lot, case_id, now)

    await withdraw_message(cast.referent_caf_lot, case_id, sent, now)

    shown = await message(cast.agent_lot, case_id)
    assert shown.withdrawn and shown.body == ""
    assert (await list_cases(cast.referent_msa_lot, Filters(words="erreur"), now)).total == 0
    with pytest.raises(NotFound):
        await correct(cast.referent_caf_lot, case_id, sent, "Encore", now)


async def test_no_one_changes_another_person_s_message(cast: Cast, case_id: UUID, now: datetime) -> None:
    sent = await say(cast.agent_lot, case_id, "Bonjour", now)
    for other in (cast.colleague_lot, cast.referent_caf_lot):
        with pytest.raises(NotFound):
            await withdraw_message(other, case_id, sent, now)
    with pytest.raises(Invalid):
        await correct(cast.agent_lot, case_id, sent, "", now)


@pytest.mark.parametrize("answer", [announce_handled, dismiss])
async def test_an_answer_that_the_agent_has_not_read_is_withdrawn_with_what_it_set_in_motion(
    cast: Cast, case_id: UUID, now: datetime, answer: Answer
) -> None:
    referent, later = cast.referent_caf_lot, now + timedelta(hours=1)
    before = (await list_cases(cast.agent_lot, Filters(), now)).rows[0]
    await answer(referent, case_id, "Voyez en ligne", key=str(uuid4()), now=later)
    sent = await last_message()
    await correct(referent, case_id, sent, "Voyez caf.fr", later)
    assert (await spoken(cast.agent_lot, case_id))[0].body == "Voyez caf.fr"

    await withdraw_message(referent, case_id, sent, later)

    assert [line.withdrawn for line in await spoken(cast.agent_lot, case_id)] == [True]
    after = (await list_cases(cast.agent_lot, Filters(), now)).rows[0]
    assert replace(after, unread=before.unread, sort_key=before.sort_key, position=before.position) == before
    assert (await list_cases(referent, Filters(words="caf.fr"), now)).total == 0
    assert not await Recipient.exists().where(Recipient.irrelevant_at.is_not_null())
    assert not await Email.exists().where(Email.kind == "message", Email.state == "waiting")
    assert (await list_cases(cast.agent_lot, Filters(late=True), later + timedelta(days=10))).total == 1


async def test_an_answer_that_the_agent_has_read_stays(cast: Cast, case_id: UUID, now: datetime) -> None:
    await announce_handled(cast.referent_caf_lot, case_id, "", key=str(uuid4()), now=now)
    await open_and_read_case(cast.agent_lot, case_id, now)
    with pytest.raises(Conflict):
        await withdraw_message(cast.referent_caf_lot, case_id, await last_message(), now)


async def test_non_pertinente_is_never_corrected_to_nothing(cast: Cast, case_id: UUID, now: datetime) -> None:
    await dismiss(cast.referent_caf_lot, case_id, "Voyez en ligne", key=str(uuid4()), now=now)
    with pytest.raises(Invalid, match="procédure"):
        await correct(cast.referent_caf_lot, case_id, await last_message(), "", now)


async def test_a_withdrawn_c_est_traite_closes_nothing(cast: Cast, new_case: NewCase, now: datetime) -> None:
    """Not even after its reminder: the team owes its first answer again, from the sending on."""
    case_id = await new_case("CAF")
    await announce_handled(cast.referent_caf_lot, case_id, "", key=str(uuid4()), now=now)
    assert await expire_inactive_cases(now + timedelta(days=16)) == 1
    await withdraw_message(cast.referent_caf_lot, case_id, await last_message(), now + timedelta(days=17))
    assert await expire_inactive_cases(now + timedelta(days=164)) == 0
    assert await expire_inactive_cases(now + timedelta(days=165)) == 1
    assert (await load_visible_case(cast.agent_lot, case_id)).status == "new"


async def test_another_answer_of_the_team_keeps_what_it_says(cast: Cast, case_id: UUID, now: datetime) -> None:
    """Withdrawn under a later answer: the state of the case is that of the later one alone."""
    first, second = now + timedelta(hours=1), now + timedelta(hours=2)
    await dismiss(cast.referent_caf_lot, case_id, "Voyez en ligne", key=str(uuid4()), now=first)
    sent = await last_message()
    await dismiss(cast.manager_caf_lot, case_id, "Voyez caf.fr", key=str(uuid4()), now=second)

    await withdraw_message(cast.referent_caf_lot, case_id, sent, second)

    row = await Recipient.select(Recipient.irrelevant_at).where(Recipient.irrelevant_at.is_not_null()).first()
    assert row == {"irrelevant_at": second}
    assert (await load_visible_case(cast.agent_lot, case_id)).status == "answered"
    (first_answer,) = decode_area_total(encode_statistics((await count_area("46", second)).counted)).answer_delays
    assert first_answer == 2


async def test_a_letter_leaves_unless_its_message_was_withdrawn_before(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    """The emails of other messages still wait, and an email that left stays recorded as sent."""
    first = await say(cast.referent_caf_lot, case_id, "Bonjour", now + timedelta(minutes=1))
    await say(cast.referent_caf_lot, case_id, "Autre chose", now + timedelta(minutes=2))
    second = await last_message()
    its_letters = Email.kind == "message", Email.person == cast.agent_lot.id
    await Email.update({Email.state: "sent"}).where(*its_letters, Email.written_at == now + timedelta(minutes=1))

    await withdraw_message(cast.referent_caf_lot, case_id, first, now + timedelta(minutes=3))
    rows = await Email.select(Email.state).where(*its_letters).order_by(Email.written_at)
    assert [row["state"] for row in rows] == ["sent", "waiting"]
    await withdraw_message(cast.referent_caf_lot, case_id, second, now + timedelta(minutes=4))
    rows = await Email.select(Email.state).where(*its_letters).order_by(Email.written_at)
    assert [row["state"] for row in rows] == ["sent", "cancelled"]


async def test_a_message_between_referents_changes_until_another_referent_has_read_it(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    referent = cast.referent_caf_lot
    for minutes, body in enumerate(("Dossier 12", "Mauvais dossier")):
        await post_internal_note(referent, case_id, body, key=body, now=now + timedelta(minutes=minutes))
    second = await last_message()
    await post_message(cast.agent_lot, case_id, "Bonjour", key="agent", now=now)
    await open_and_read_case(cast.colleague_lot, case_id, now)
    await open_and_read_case(referent, case_id, now)

    await correct(referent, case_id, second - 1, "Dossier 21", now)
    await withdraw_message(referent, case_id, second, now)

    shown = await spoken(cast.referent_msa_lot, case_id)
    assert [(line.body, line.corrected, line.withdrawn) for line in shown if line.readership.is_apart] == [
        ("Dossier 21", True, False),
        ("", False, True),
    ]
    assert (await list_cases(cast.referent_msa_lot, Filters(words="mauvais"), now)).total == 0
    assert (await list_cases(cast.referent_msa_lot, Filters(words="21"), now)).total == 1
    kinds = [
        entry.kind for entry in await read_thread(cast.agent_lot, await load_visible_case(cast.agent_lot, case_id))
    ]
    assert not {"corrected", "retracted"}.intersection(kinds)
    assert {row["state"] for row in await Email.select().where(Email.kind == "internal")} == {"waiting", "cancelled"}
    await open_and_read_case(cast.referent_msa_lot, case_id, now)
    with pytest.raises(Conflict):
        await withdraw_message(referent, case_id, second - 1, now)


async def test_a_referent_who_read_a_note_and_left_has_read_it(cast: Cast, case_id: UUID, now: datetime) -> None:
    await post_internal_note(cast.referent_caf_lot, case_id, "Entre nous", key="note", now=now)
    await open_and_read_case(cast.referent_msa_lot, case_id, now)
    await Recipient.delete().where(Recipient.team == cast.referent_msa_lot.seats[0].team_id)
    with pytest.raises(Conflict):
        await withdraw_message(cast.referent_caf_lot, case_id, await last_message(), now)


async def test_a_case_that_no_one_opened_is_withdrawn_from_the_referents(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    with pytest.raises(Forbidden):
        await withdraw(cast.colleague_lot, case_id, now)
    await withdraw(cast.agent_lot, case_id, now)

    with pytest.raises(NotFound):
        await load_visible_case(cast.referent_caf_lot, case_id)
    assert (await list_cases(cast.agent_lot, Filters(view=View.CLOSED), now)).total == 1
    with pytest.raises((Conflict, Forbidden)):
        await reopen(cast.agent_lot, case_id, now)


async def test_an_opened_case_is_not_withdrawn(cast: Cast, case_id: UUID, now: datetime) -> None:
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    with pytest.raises(Conflict):
        await withdraw(cast.agent_lot, case_id, now)
    await load_visible_case(cast.referent_caf_lot, case_id)


async def test_a_field_found_later_is_told_with_what_it_replaces(cast: Cast, case_id: UUID, now: datetime) -> None:
    await complete(cast.agent_lot, case_id, "Numéro d’allocataire CAF", "1234567A", now)
    await complete(cast.referent_caf_lot, case_id, "Numéro fiscal", "1234567890123", now)
    await complete(cast.referent_caf_lot, case_id, "Numéro fiscal", "1234567890123", now)

    thread = await read_thread(cast.referent_msa_lot, await load_visible_case(cast.referent_msa_lot, case_id))
    assert [entry.about for entry in thread if entry.kind == "completed"] == [
        "Numéro d’allocataire CAF : 1234567A (auparavant : non connu)",
        "Numéro fiscal : 1234567890123",
    ]
    assert CitizenDetail("Numéro d’allocataire CAF", "1234567A") in await load_details(case_id)
    assert (await list_cases(cast.referent_msa_lot, Filters(words="1234567890123"), now)).total == 1
    for label, value in (("Couleur préférée", "bleu"), ("Numéro fiscal", "")):
        with pytest.raises(Invalid):
            await complete(cast.agent_lot, case_id, label, value, now)
