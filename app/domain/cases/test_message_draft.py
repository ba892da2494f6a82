"""What is typed and not sent is kept for its author alone, and goes with the message or the case."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.apart import post_apart
from app.domain.cases.closure import close, reopen
from app.domain.cases.erasure import erase_closed
from app.domain.cases.facts import visible_case
from app.domain.cases.message_draft import NOTHING, Kept, keep, kept
from app.domain.cases.thread import post
from app.domain.cases.withdrawal import withdraw
from app.domain.errors import Conflict, NotFound
from db.tables import MessageDraft


async def type_words(actor: Actor, case_id: UUID, now: datetime, body: str = "Je rap", *, key: str = "") -> None:
    await keep(actor, case_id, body, key=key or str(uuid4()), apart=False, now=now)


async def found(actor: Actor, case_id: UUID) -> Kept:
    return await kept(actor, await visible_case(actor, case_id))


async def test_it_is_found_again_by_its_author_and_by_nobody_else(cast: Cast, case_id: UUID, now: datetime) -> None:
    await type_words(cast.referent_caf_lot, case_id, now)
    await type_words(cast.referent_caf_lot, case_id, now, "Je rappelle demain")

    assert await found(cast.referent_caf_lot, case_id) == Kept("Je rappelle demain", False, now)
    for other in (cast.manager_caf_lot, cast.referent_msa_lot, cast.agent_lot, cast.colleague_lot):
        assert await found(other, case_id) == NOTHING
    assert await MessageDraft.count() == 1


async def test_words_for_referents_alone_come_back_as_such(cast: Cast, case_id: UUID, now: datetime) -> None:
    await keep(cast.referent_caf_lot, case_id, "Entre nous", key="k", apart=True, now=now)

    assert (await found(cast.referent_caf_lot, case_id)).apart


async def test_nothing_typed_keeps_nothing(cast: Cast, case_id: UUID, now: datetime) -> None:
    await type_words(cast.agent_lot, case_id, now)
    await type_words(cast.agent_lot, case_id, now, "")

    assert not await MessageDraft.exists()


@pytest.mark.parametrize("send", [post, post_apart])
async def test_it_goes_with_the_message_and_a_late_save_brings_nothing_back(
    cast: Cast, case_id: UUID, now: datetime, send: object
) -> None:
    key = str(uuid4())
    await type_words(cast.referent_caf_lot, case_id, now, key=key)
    await type_words(cast.agent_lot, case_id, now, "La mienne")

    await send(cast.referent_caf_lot, case_id, "Je rappelle", key=key, now=now)  # type: ignore[operator]
    await type_words(cast.referent_caf_lot, case_id, now, "Je rappel", key=key)

    assert await found(cast.referent_caf_lot, case_id) == NOTHING
    assert (await found(cast.agent_lot, case_id)).body == "La mienne"


async def test_everybody_s_go_when_the_case_is_closed_withdrawn_or_erased(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await type_words(cast.agent_lot, case_id, now)
    await type_words(cast.referent_caf_lot, case_id, now)
    await close(cast.agent_lot, case_id, "solved", now)
    assert not await MessageDraft.exists()
    with pytest.raises(Conflict):
        await type_words(cast.referent_caf_lot, case_id, now)

    await reopen(cast.agent_lot, case_id, now)
    await type_words(cast.agent_lot, case_id, now)
    await withdraw(cast.agent_lot, case_id, now)
    assert not await MessageDraft.exists()

    await MessageDraft.insert(MessageDraft(case=case_id, person=cast.agent_lot.id, body="Reste", saved_at=now))
    await erase_closed(now + timedelta(days=400))
    assert not await MessageDraft.exists()


async def test_who_may_not_write_keeps_nothing(cast: Cast, case_id: UUID, now: datetime) -> None:
    for stranger in (cast.agent_cher, cast.referent_cpam_lot, cast.supervisor_lot, cast.admin, cast.expert):
        with pytest.raises(NotFound):
            await type_words(stranger, case_id, now)
