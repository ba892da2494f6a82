"""An unsent message is stored for its author alone, and is deleted with the sending or the case."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.audience import TO_ALL, TO_REFERENTS
from app.domain.cases.access import load_visible_case
from app.domain.cases.form_save_rows import list_saves
from app.domain.cases.form_saves import MESSAGE_PLACE, format_version
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.lifecycle.erasure import erase_closed_cases
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.cases.thread.correction import withdraw_message
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.message_draft import load_message_draft, save_message_draft
from app.domain.cases.thread.message_fields import NO_MESSAGE_DRAFT, SavedMessageDraft
from app.domain.cases.thread.posting import post_message
from app.domain.errors import Conflict, NotFound
from db.tables.drafts import FormSave, MessageDraft
from db.tables.thread import Message


async def type_words(actor: Actor, case_id: UUID, now: datetime, body: str = "Je rap", *, key: str = "") -> None:
    """Typed in a page that is opened now, and so shows what is saved."""
    base = format_version(await list_saves(case_id, MESSAGE_PLACE, actor.id), "").partition(".")[2]
    await save_message_draft(actor, case_id, body, key=key or str(uuid4()), now=now, base=base)


async def found(actor: Actor, case_id: UUID) -> SavedMessageDraft:
    return await load_message_draft(actor, await load_visible_case(actor, case_id))


async def test_it_is_found_again_by_its_author_and_by_no_other_person(cast: Cast, case_id: UUID, now: datetime) -> None:
    await type_words(cast.referent_caf_lot, case_id, now)
    await type_words(cast.referent_caf_lot, case_id, now, "Je rappelle demain")

    assert await found(cast.referent_caf_lot, case_id) == SavedMessageDraft("Je rappelle demain", TO_ALL, now)
    for other in (cast.manager_caf_lot, cast.referent_msa_lot, cast.agent_lot, cast.colleague_lot):
        assert await found(other, case_id) == NO_MESSAGE_DRAFT
    assert await MessageDraft.count() == 1


async def test_words_for_referents_alone_come_back_as_such(cast: Cast, case_id: UUID, now: datetime) -> None:
    await save_message_draft(cast.referent_caf_lot, case_id, "Entre nous", key="k", readership=TO_REFERENTS, now=now)

    assert (await found(cast.referent_caf_lot, case_id)).readership == TO_REFERENTS


async def test_nothing_typed_keeps_nothing(cast: Cast, case_id: UUID, now: datetime) -> None:
    await type_words(cast.agent_lot, case_id, now)
    await type_words(cast.agent_lot, case_id, now, "")

    assert not await MessageDraft.exists()


@pytest.mark.parametrize("send", [post_message, post_internal_note])
async def test_it_goes_with_the_message_and_a_late_save_brings_nothing_back(
    cast: Cast, case_id: UUID, now: datetime, send: object
) -> None:
    key = str(uuid4())
    await type_words(cast.referent_caf_lot, case_id, now, key=key)
    await type_words(cast.agent_lot, case_id, now, "La mienne")

    await send(cast.referent_caf_lot, case_id, "Je rappelle", key=key, now=now)  # type: ignore[operator]
    await type_words(cast.referent_caf_lot, case_id, now, "Je rappel", key=key)

    assert await found(cast.referent_caf_lot, case_id) == NO_MESSAGE_DRAFT
    assert (await found(cast.agent_lot, case_id)).body == "La mienne"


@pytest.mark.parametrize("closer", ["agent_lot", "colleague_lot"])
async def test_closing_and_reopening_delete_no_one_s_words(
    cast: Cast, case_id: UUID, now: datetime, closer: str
) -> None:
    """They are readable while the case is closed, and in the form again once it is open."""
    await type_words(cast.agent_lot, case_id, now, "La mienne")
    await type_words(cast.referent_caf_lot, case_id, now)
    await save_message_draft(cast.referent_msa_lot, case_id, "Entre nous", key="k", readership=TO_REFERENTS, now=now)

    await close(getattr(cast, closer), case_id, "solved", now)

    for reopened in (False, True):
        if reopened:
            await reopen(getattr(cast, closer), case_id, now)
        assert (await found(cast.agent_lot, case_id)).body == "La mienne"
        assert (await found(cast.referent_caf_lot, case_id)).body == "Je rap"
        assert await found(cast.referent_msa_lot, case_id) == SavedMessageDraft("Entre nous", TO_REFERENTS, now)


async def test_what_is_typed_as_another_person_closes_the_case_is_kept_too(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await close(cast.agent_lot, case_id, "solved", now)
    await type_words(cast.referent_caf_lot, case_id, now, "Écrit trop tard")

    assert (await found(cast.referent_caf_lot, case_id)).body == "Écrit trop tard"
    with pytest.raises(Conflict):
        await post_message(cast.referent_caf_lot, case_id, "Écrit trop tard", key="late", now=now)


async def test_they_stay_at_a_withdrawal_and_go_with_the_erasure(cast: Cast, case_id: UUID, now: datetime) -> None:
    await type_words(cast.agent_lot, case_id, now)
    await type_words(cast.referent_caf_lot, case_id, now)
    await withdraw(cast.agent_lot, case_id, now)
    assert (await found(cast.agent_lot, case_id)).body == "Je rap"
    assert await MessageDraft.count() == 2, "the referent’s, who reads the case no more, is shown nowhere and waits"

    await erase_closed_cases(now + timedelta(days=400))
    assert not await MessageDraft.exists()


async def test_words_of_a_person_who_lost_the_case_are_theirs_again_with_the_case(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    julien, cpam = cast.referent_caf_lot, cast.referent_cpam_lot
    await type_words(julien, case_id, now)

    await transfer(julien, case_id, cpam.seats[0].team_id, "Compétente", now)
    with pytest.raises(NotFound):
        await found(julien, case_id)
    for other in (cpam, cast.referent_msa_lot, cast.agent_lot):
        assert await found(other, case_id) == NO_MESSAGE_DRAFT

    await transfer(cpam, case_id, julien.seats[0].team_id, "Finalement non", now)
    assert (await found(julien, case_id)).body == "Je rap"


async def test_who_may_not_write_keeps_nothing(cast: Cast, case_id: UUID, now: datetime) -> None:
    for stranger in (cast.agent_cher, cast.referent_cpam_lot, cast.supervisor_lot, cast.admin, cast.expert):
        with pytest.raises(NotFound):
            await type_words(stranger, case_id, now)


async def test_a_message_withdrawn_later_leaves_no_words_in_what_was_kept(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    """Neither the save of its own page, nor the saves that its form had shown."""
    await save_message_draft(cast.agent_lot, case_id, "Secret", key="before", now=now, number=1)
    shown = format_version(await list_saves(case_id, MESSAGE_PLACE, cast.agent_lot.id), "k").partition(".")[2]
    await save_message_draft(cast.agent_lot, case_id, "Secret retiré", key="k", now=now, number=1, base=shown)
    await post_message(cast.agent_lot, case_id, "Secret retiré", key="k", now=now)
    sent = await Message.select(Message.id).where(Message.key == "k").first()
    assert sent is not None

    await withdraw_message(cast.agent_lot, case_id, sent["id"], now)

    assert [row["content"] for row in await FormSave.select(FormSave.content)] == ["", ""]
