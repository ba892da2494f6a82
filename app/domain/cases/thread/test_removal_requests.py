"""Two people take away what a third wrote: who asks, who confirms, who refuses, and what others do not see."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.audience import TO_REFERENTS, build_team_readership
from app.domain.cases.access import load_visible_case
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.erasure import erase_closed_cases
from app.domain.cases.lifecycle.suspension import suspend
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.removals import load_removals
from app.domain.cases.thread.taking_away import accept_removal, refuse_removal, request_removal
from app.domain.errors import Conflict, Forbidden, NotFound
from app.tests.support.case_reads import read_thread
from app.tests.support.removals import (
    LATER,
    WHY,
    WORDS,
    find_request,
    last_message,
    list_lines,
    read_standing,
    say,
)
from db.engine import transaction
from db.tables.audit import AuditEntry
from db.tables.removal_requests import RemovalRequest
from db.tables.thread import Event, Message


async def test_two_people_take_away_what_is_of_another(cast: Cast, case_id: UUID, now: datetime) -> None:
    sent = await say(cast.referent_caf_lot, case_id, now)
    first, second = cast.agent_lot, cast.referent_msa_lot
    for _ in range(2):
        assert not await request_removal(first, case_id, sent, WHY, now)
    asked = await find_request(second, case_id)
    with pytest.raises(Forbidden):
        await accept_removal(first, case_id, asked, now)
    with pytest.raises(Conflict):
        await request_removal(second, case_id, sent, "Moi aussi", now)
    assert await Message.exists().where(Message.body == WORDS) and await list_lines(second, case_id) == ["removal_ask"]

    await accept_removal(second, case_id, asked, now + LATER)

    (line,) = [one for one in await read_thread(first, await load_visible_case(first, case_id)) if one.is_message]
    assert line.removal and (line.removal.author_id, line.removal.other) == (second.id, first.full_name)
    assert not await RemovalRequest.exists() and not await Message.exists().where(Message.body == WORDS)
    trail = AuditEntry.select(AuditEntry.person_id, AuditEntry.target_person_id)
    assert await trail.where(AuditEntry.action == "case.taken_away") == [
        {"person_id": second.id, "target_person_id": first.id}
    ]


@pytest.mark.parametrize("confirms", [True, False])
async def test_its_author_may_be_the_second_person(cast: Cast, case_id: UUID, now: datetime, confirms: bool) -> None:
    """By confirming, or by taking it away as their own."""
    author = cast.referent_caf_lot
    sent = await say(author, case_id, now)
    await request_removal(cast.agent_lot, case_id, sent, WHY, now)
    if confirms:
        await accept_removal(author, case_id, await find_request(author, case_id), now)
    else:
        await request_removal(author, case_id, sent, "Mon erreur", now)
    assert await list_lines(author, case_id) == ["removal_ask", "taken_away"] and not await RemovalRequest.exists()


@pytest.mark.parametrize("who", ["agent_lot", "referent_msa_lot"])
async def test_a_request_is_refused_by_a_reader_or_by_who_asked(
    cast: Cast, case_id: UUID, now: datetime, who: str
) -> None:
    sent = await say(cast.referent_caf_lot, case_id, now)
    await request_removal(cast.agent_lot, case_id, sent, WHY, now)
    asked = await find_request(cast.agent_lot, case_id)

    await refuse_removal(getattr(cast, who), case_id, asked, now)

    assert await list_lines(cast.agent_lot, case_id) == ["removal_ask", "removal_no"]
    for decide in (accept_removal, refuse_removal):
        with pytest.raises(Conflict):
            await decide(cast.colleague_lot, case_id, asked, now)
    assert await Message.exists().where(Message.body == WORDS)


async def test_two_confirmations_at_once_make_one_removal(cast: Cast, case_id: UUID, now: datetime) -> None:
    sent = await say(cast.referent_caf_lot, case_id, now)
    await request_removal(cast.agent_lot, case_id, sent, WHY, now)
    asked = await find_request(cast.agent_lot, case_id)
    people = (cast.referent_msa_lot, cast.colleague_lot)

    ended = await asyncio.gather(
        *(accept_removal(actor, case_id, asked, now) for actor in people), return_exceptions=True
    )

    assert [type(one) for one in ended if one] == [Conflict]
    assert await Event.count().where(Event.kind == "taken_away") == 1


@pytest.mark.parametrize("state", ["suspended", "closed"])
async def test_a_case_that_is_suspended_or_closed_too(cast: Cast, case_id: UUID, now: datetime, state: str) -> None:
    other, own = await say(cast.referent_caf_lot, case_id, now), await say(cast.agent_lot, case_id, now)
    if state == "closed":
        await close(cast.agent_lot, case_id, "solved", now)
    else:
        async with transaction():
            await suspend(case_id, now)
    before = await read_standing(cast.agent_lot, case_id)

    assert await request_removal(cast.agent_lot, case_id, own, WHY, now)
    assert not await request_removal(cast.agent_lot, case_id, other, WHY, now)
    await accept_removal(cast.referent_caf_lot, case_id, await find_request(cast.referent_caf_lot, case_id), now)

    assert (
        not await Message.exists().where(Message.body == WORDS)
        and await read_standing(cast.agent_lot, case_id) == before
    )
    thread = await read_thread(cast.agent_lot, await load_visible_case(cast.agent_lot, case_id))
    said = [one.removal.about for one in thread if one.removal]
    assert said == [f"Avait été lu. Motif : {WHY}", f"Motif : {WHY}"], "no other person had read the second"


async def test_a_request_ends_with_the_case(cast: Cast, case_id: UUID, now: datetime) -> None:
    sent = await say(cast.referent_caf_lot, case_id, now)
    await request_removal(cast.agent_lot, case_id, sent, WHY, now)
    asked = await find_request(cast.agent_lot, case_id)
    await close(cast.agent_lot, case_id, "solved", now)
    await erase_closed_cases(now + timedelta(days=200))

    assert not await RemovalRequest.exists()
    with pytest.raises(NotFound):
        await accept_removal(cast.referent_caf_lot, case_id, asked, now)


@pytest.mark.parametrize("apart", ["internal", "team"])
async def test_a_note_and_what_is_asked_of_it_are_for_its_readers(
    cast: Cast, case_id: UUID, now: datetime, apart: str
) -> None:
    author, caf = cast.referent_caf_lot, cast.referent_caf_lot.seats[0].team_id
    readership = build_team_readership(caf) if apart == "team" else TO_REFERENTS
    await post_internal_note(author, case_id, WORDS, key="note", now=now, readership=readership)
    note = await last_message()
    for stranger in (cast.agent_lot, *([cast.referent_msa_lot] if apart == "team" else [])):
        with pytest.raises(Conflict, match="n’est plus là"):
            await request_removal(stranger, case_id, note, WHY, now)
    await request_removal(cast.manager_caf_lot, case_id, note, WHY, now)
    asked = await find_request(author, case_id)
    for stranger in (cast.agent_lot, *([cast.referent_msa_lot] if apart == "team" else [])):
        assert not (await load_removals(stranger, await load_visible_case(stranger, case_id))).pending
        with pytest.raises(Conflict):
            await accept_removal(stranger, case_id, asked, now)
        assert await list_lines(stranger, case_id) == []

    await accept_removal(author, case_id, asked, now)

    assert await list_lines(cast.manager_caf_lot, case_id) == ["removal_ask", "taken_away"]
    assert await list_lines(cast.agent_lot, case_id) == []
    assert (await list_cases(cast.manager_caf_lot, Filters(words="zibeline"), now)).total == 0
