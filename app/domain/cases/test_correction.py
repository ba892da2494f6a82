"""Second thoughts: a message until it is read, a case until it is opened, a field at any time."""

from datetime import datetime
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.closure import reopen
from app.domain.cases.completion import complete
from app.domain.cases.conftest import open_case
from app.domain.cases.correction import correct, withdraw_message
from app.domain.cases.draft import Detail, details_of
from app.domain.cases.entries import Entry
from app.domain.cases.facts import visible_case
from app.domain.cases.filters import Filters, View
from app.domain.cases.listing import list_cases
from app.domain.cases.thread import post, read_thread
from app.domain.cases.withdrawal import withdraw
from app.domain.errors import Conflict, Invalid, NotFound, Refused
from db.tables import Message


async def say(actor: Actor, case_id: UUID, body: str, now: datetime) -> int:
    await post(actor, case_id, body, key=str(uuid4()), now=now)
    row = await Message.select(Message.id).order_by(Message.id, ascending=False).first()
    assert row is not None
    return int(row["id"])


async def message(actor: Actor, case_id: UUID) -> Entry:
    thread = await read_thread(actor, await visible_case(actor, case_id))
    return next(entry for entry in thread if entry.kind == "message")


async def test_a_message_is_corrected_until_the_other_side_has_read_it(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    sent = await say(cast.agent_lot, case_id, "Dossier 12", now)
    await open_case(cast.colleague_lot, case_id, now)
    await correct(cast.agent_lot, case_id, sent, "Dossier 21", now)

    shown = await message(cast.referent_caf_lot, case_id)
    assert shown.body == "Dossier 21" and shown.corrected
    assert (await list_cases(cast.agent_lot, Filters(words="12"), now)).total == 0
    await open_case(cast.referent_msa_lot, case_id, now)
    with pytest.raises(Conflict):
        await correct(cast.agent_lot, case_id, sent, "Dossier 22", now)
    with pytest.raises(Conflict):
        await withdraw_message(cast.agent_lot, case_id, sent, now)


async def test_a_withdrawn_message_leaves_its_place_and_no_word(cast: Cast, case_id: UUID, now: datetime) -> None:
    sent = await say(cast.referent_caf_lot, case_id, "Erreur de dossier", now)
    await open_case(cast.referent_msa_lot, case_id, now)

    await withdraw_message(cast.referent_caf_lot, case_id, sent, now)

    shown = await message(cast.agent_lot, case_id)
    assert shown.withdrawn and shown.body == ""
    assert (await list_cases(cast.referent_msa_lot, Filters(words="erreur"), now)).total == 0
    with pytest.raises(NotFound):
        await correct(cast.referent_caf_lot, case_id, sent, "Encore", now)


async def test_nobody_changes_somebody_else_s_message(cast: Cast, case_id: UUID, now: datetime) -> None:
    sent = await say(cast.agent_lot, case_id, "Bonjour", now)
    for other in (cast.colleague_lot, cast.referent_caf_lot):
        with pytest.raises(NotFound):
            await withdraw_message(other, case_id, sent, now)
    with pytest.raises(Invalid):
        await correct(cast.agent_lot, case_id, sent, "", now)


async def test_a_case_that_nobody_opened_is_withdrawn_from_the_referents(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    with pytest.raises(Refused):
        await withdraw(cast.colleague_lot, case_id, now)
    await withdraw(cast.agent_lot, case_id, now)

    with pytest.raises(NotFound):
        await visible_case(cast.referent_caf_lot, case_id)
    assert (await list_cases(cast.agent_lot, Filters(view=View.CLOSED), now)).total == 1
    with pytest.raises((Conflict, Refused)):
        await reopen(cast.agent_lot, case_id, now)


async def test_an_opened_case_is_not_withdrawn(cast: Cast, case_id: UUID, now: datetime) -> None:
    await open_case(cast.referent_caf_lot, case_id, now)
    with pytest.raises(Conflict):
        await withdraw(cast.agent_lot, case_id, now)
    await visible_case(cast.referent_caf_lot, case_id)


async def test_a_field_found_later_is_told_with_what_it_replaces(cast: Cast, case_id: UUID, now: datetime) -> None:
    await complete(cast.agent_lot, case_id, "Numéro d’allocataire CAF", "1234567A", now)
    await complete(cast.referent_caf_lot, case_id, "Numéro fiscal", "1234567890123", now)
    await complete(cast.referent_caf_lot, case_id, "Numéro fiscal", "1234567890123", now)

    thread = await read_thread(cast.referent_msa_lot, await visible_case(cast.referent_msa_lot, case_id))
    assert [entry.about for entry in thread if entry.kind == "completed"] == [
        "Numéro d’allocataire CAF : 1234567A (auparavant : non connu)",
        "Numéro fiscal : 1234567890123",
    ]
    assert Detail("Numéro d’allocataire CAF", "1234567A") in await details_of(case_id)
    assert (await list_cases(cast.referent_msa_lot, Filters(words="1234567890123"), now)).total == 1
    for label, value in (("Couleur préférée", "bleu"), ("Numéro fiscal", "")):
        with pytest.raises(Invalid):
            await complete(cast.agent_lot, case_id, label, value, now)
