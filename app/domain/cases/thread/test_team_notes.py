"""A note of one team leaves no trace for the agents’ side, nor for the referents of other teams."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor, load_actor
from app.domain.audience import build_team_readership
from app.domain.cases.access import load_visible_case
from app.domain.cases.inbox.changes import list_changed_cases
from app.domain.cases.inbox.counters import load_list_counts
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.erasure import erase_closed_cases
from app.domain.cases.lifecycle.invitation import invite_team
from app.domain.cases.lifecycle.stepping_out import step_out
from app.domain.cases.progress.rows import build_progress
from app.domain.cases.thread.correction import correct, withdraw_message
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.message_draft import load_message_draft, save_message_draft
from app.domain.cases.thread.message_fields import NO_MESSAGE_DRAFT
from app.domain.cases.thread.posting import post_message
from app.domain.errors import Conflict, Forbidden
from app.domain.teams.teams import add_member
from app.tests.support.case_reads import read_thread
from app.tests.support.cases_fixtures import NewCase, open_and_read_case
from db.tables.participants import Recipient
from db.tables.thread import Message


async def whisper(actor: Actor, case_id: UUID, now: datetime, body: str = "Chuchotement") -> None:
    note = build_team_readership(actor.seats[0].team_id)
    await post_internal_note(actor, case_id, body, key=str(uuid4()), now=now, readership=note)


async def bodies(actor: Actor, case_id: UUID) -> list[str]:
    return [entry.body for entry in await read_thread(actor, await load_visible_case(actor, case_id)) if entry.body]


async def join_team(actor: Actor, other: Actor) -> Actor:
    """The team of the other one."""
    await add_member(actor.id, other.seats[0].team_id)
    return await reload(actor)


async def reload(actor: Actor) -> Actor:
    found = await load_actor(actor.id)
    assert found is not None
    return found


async def find_note(case_id: UUID) -> int:
    row = await Message.select(Message.id).where(Message.case == case_id, Message.reader_team.is_not_null()).first()
    assert row is not None
    return int(row["id"])


async def test_its_team_reads_it_and_no_one_else(cast: Cast, case_id: UUID, now: datetime) -> None:
    await whisper(cast.referent_caf_lot, case_id, now)

    assert await bodies(cast.manager_caf_lot, case_id) == ["Chuchotement"]
    for other in (cast.referent_msa_lot, cast.agent_lot, cast.colleague_lot):
        assert await bodies(other, case_id) == []


@pytest.mark.parametrize("other", ["agent_lot", "referent_msa_lot"])
async def test_the_list_counts_and_search_of_others_do_not_move(
    cast: Cast, case_id: UUID, now: datetime, other: str
) -> None:
    actor: Actor = getattr(cast, other)
    await open_and_read_case(actor, case_id, now)
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    before = await list_cases(actor, Filters(), now), await load_list_counts(actor, now)
    since = before[1].latest_event

    await whisper(cast.referent_caf_lot, case_id, now + timedelta(hours=1))
    await correct(cast.referent_caf_lot, case_id, await find_note(case_id), "Murmure", now + timedelta(hours=1))

    assert (await list_cases(actor, Filters(), now), await load_list_counts(actor, now)) == before
    assert await list_changed_cases(actor, since, now) == {}
    assert (await list_cases(actor, Filters(words="murmure"), now)).total == 0


async def test_its_team_finds_it_unread(cast: Cast, case_id: UUID, new_case: NewCase, now: datetime) -> None:
    other = await new_case("CAF")
    for case in (case_id, other):
        await open_and_read_case(cast.manager_caf_lot, case, now)
    since = (await load_list_counts(cast.manager_caf_lot, now)).latest_event

    await whisper(cast.referent_caf_lot, case_id, now)

    rows = (await list_cases(cast.manager_caf_lot, Filters(), now)).rows
    assert [(row.id, row.unread) for row in rows] == [(case_id, True), (other, False)]
    assert (await list_cases(cast.manager_caf_lot, Filters(words="chuchotement retard"), now)).total == 1
    assert list(await list_changed_cases(cast.manager_caf_lot, since, now)) == [case_id]


async def test_an_event_that_follows_keeps_the_order_of_its_team(cast: Cast, case_id: UUID, now: datetime) -> None:
    """The trigger writes the last event of each recipient when the case moves."""
    await whisper(cast.referent_caf_lot, case_id, now)
    await post_message(cast.agent_lot, case_id, "Bonjour", key="a", now=now)
    await whisper(cast.referent_caf_lot, case_id, now, "Encore")
    await post_message(cast.agent_lot, case_id, "Bonsoir", key="b", now=now)

    rows = await Recipient.select(Recipient.last_event).where(Recipient.case == case_id)
    assert len({row["last_event"] for row in rows}) == 1 and len(rows) == 2


async def test_neither_status_nor_turn_nor_answers_change(cast: Cast, case_id: UUID, now: datetime) -> None:
    before = build_progress(await load_visible_case(cast.agent_lot, case_id))

    await whisper(cast.referent_caf_lot, case_id, now)

    after = build_progress(await load_visible_case(cast.agent_lot, case_id))
    teams = {team: replace(progress, last_note_event=0) for team, progress in after.teams.items()}
    assert replace(after, teams=teams) == before


@pytest.mark.parametrize("writer", ["agent_lot", "referent_msa_lot", "referent_caf_lot"])
async def test_no_one_writes_for_a_team_that_they_are_not_in(
    cast: Cast, case_id: UUID, now: datetime, writer: str
) -> None:
    """Nor for their own one once it has stepped out."""
    note = build_team_readership(cast.referent_caf_lot.seats[0].team_id)
    if writer == "referent_caf_lot":
        await step_out(cast.referent_caf_lot, case_id, "Pas de dossier", now)
        await invite_team(cast.referent_msa_lot, case_id, cast.referent_cpam_lot.seats[0].team_id, "Vue", now)
        cast = replace(cast, referent_caf_lot=await join_team(cast.referent_caf_lot, cast.referent_cpam_lot))

    with pytest.raises(Forbidden):
        await post_internal_note(getattr(cast, writer), case_id, "Non", key="k", now=now, readership=note)

    assert not await Message.exists().where(Message.case == case_id)


async def test_a_correction_and_a_withdrawal_are_for_the_team_alone(cast: Cast, case_id: UUID, now: datetime) -> None:
    await whisper(cast.referent_caf_lot, case_id, now)
    note = await find_note(case_id)
    await open_and_read_case(cast.referent_msa_lot, case_id, now)

    await correct(cast.referent_caf_lot, case_id, note, "Murmure", now)
    assert (await list_cases(cast.manager_caf_lot, Filters(words="murmure"), now)).total == 1
    await withdraw_message(cast.referent_caf_lot, case_id, note, now)

    assert (await list_cases(cast.manager_caf_lot, Filters(words="murmure"), now)).total == 0
    case = await load_visible_case(cast.manager_caf_lot, case_id)
    assert [entry.withdrawn for entry in await read_thread(cast.manager_caf_lot, case) if entry.is_message] == [True]
    assert not [entry for entry in await read_thread(cast.referent_msa_lot, case) if entry.is_message]


async def test_it_is_no_longer_corrected_once_a_colleague_read_it(cast: Cast, case_id: UUID, now: datetime) -> None:
    await whisper(cast.referent_caf_lot, case_id, now)
    await open_and_read_case(cast.manager_caf_lot, case_id, now)

    with pytest.raises(Conflict):
        await correct(cast.referent_caf_lot, case_id, await find_note(case_id), "Murmure", now)


async def test_a_draft_for_a_team_is_hidden_from_its_author_once_they_left_the_team(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    caf = build_team_readership(cast.referent_caf_lot.seats[0].team_id)
    await save_message_draft(cast.referent_caf_lot, case_id, "Secret", key="k", now=now, readership=caf)
    moved = replace(cast.referent_caf_lot, seats=cast.referent_msa_lot.seats)

    assert await load_message_draft(moved, await load_visible_case(moved, case_id)) == NO_MESSAGE_DRAFT


async def test_erasing_leaves_no_word_of_it(cast: Cast, case_id: UUID, now: datetime) -> None:
    await whisper(cast.referent_caf_lot, case_id, now)
    await close(cast.agent_lot, case_id, "solved", now)

    await erase_closed_cases(now + timedelta(days=400))

    assert not await Recipient.exists().where(Recipient.search_notes.like("%chuchotement%"))
    assert not await Message.exists().where(Message.case == case_id)
