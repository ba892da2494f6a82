"""An internal note leaves no trace on the agents’ side of the domain."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.inbox.changes import list_changed_cases
from app.domain.cases.inbox.counters import load_list_counts
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.inbox.views import View
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.errors import Forbidden
from app.tests.support.case_reads import read_thread
from app.tests.support.cases_fixtures import open_and_read_case
from db.tables.email import Email


async def whisper(actor: Actor, case_id: UUID, now: datetime, body: str = "Chuchotement") -> None:
    await post_internal_note(actor, case_id, body, key=str(uuid4()), now=now)


async def bodies(actor: Actor, case_id: UUID) -> list[str]:
    return [entry.body for entry in await read_thread(actor, await load_visible_case(actor, case_id)) if entry.body]


async def test_referents_of_every_team_read_it_and_agents_do_not(cast: Cast, case_id: UUID, now: datetime) -> None:
    await whisper(cast.referent_caf_lot, case_id, now)

    assert await bodies(cast.referent_msa_lot, case_id) == ["Chuchotement"]
    assert await bodies(cast.agent_lot, case_id) == await bodies(cast.colleague_lot, case_id) == []


async def test_an_agent_s_list_search_counts_and_stream_do_not_move(cast: Cast, case_id: UUID, now: datetime) -> None:
    await open_and_read_case(cast.agent_lot, case_id, now)
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    before = await list_cases(cast.agent_lot, Filters(), now), await load_list_counts(cast.agent_lot, now)
    since = (await load_list_counts(cast.agent_lot, now)).latest_event

    await whisper(cast.referent_caf_lot, case_id, now + timedelta(hours=1))

    assert (await list_cases(cast.agent_lot, Filters(), now), await load_list_counts(cast.agent_lot, now)) == before
    assert (await load_list_counts(cast.agent_lot, now)).latest_event == since
    assert await list_changed_cases(cast.agent_lot, since, now) == {}
    assert (await list_cases(cast.agent_lot, Filters(words="chuchotement"), now)).total == 0


async def test_a_referent_finds_it_is_told_and_sees_it_unread(cast: Cast, case_id: UUID, now: datetime) -> None:
    await open_and_read_case(cast.referent_msa_lot, case_id, now)
    since = (await load_list_counts(cast.referent_msa_lot, now)).latest_event

    await whisper(cast.referent_caf_lot, case_id, now)

    assert [line.unread for line in (await list_cases(cast.referent_msa_lot, Filters(), now)).rows] == [True]
    assert (await list_cases(cast.referent_msa_lot, Filters(words="chuchotement retard"), now)).total == 1
    assert list(await list_changed_cases(cast.referent_msa_lot, since, now)) == [case_id]
    receivers = {row["person"] for row in await Email.select(Email.person).where(Email.kind == "internal")}
    assert receivers == {cast.referent_msa_lot.id, cast.manager_caf_lot.id}
    await open_and_read_case(cast.referent_msa_lot, case_id, now)
    assert [line.unread for line in (await list_cases(cast.referent_msa_lot, Filters(), now)).rows] == [False]


async def test_nor_status_nor_turn_nor_the_author_s_own_reading_change(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await whisper(cast.referent_caf_lot, case_id, now)

    assert (await load_visible_case(cast.agent_lot, case_id)).status == "new"
    assert (await list_cases(cast.referent_caf_lot, Filters(view=View.TO_HANDLE), now)).total == 1
    assert [line.unread for line in (await list_cases(cast.referent_caf_lot, Filters(), now)).rows] == [True]


async def test_an_agent_cannot_write_apart(cast: Cast, case_id: UUID, now: datetime) -> None:
    with pytest.raises(Forbidden):
        await whisper(cast.agent_lot, case_id, now)


async def test_a_person_seated_on_both_sides_writes_no_internal_note(cast: Cast, case_id: UUID, now: datetime) -> None:
    """They act for the agents on this case, and could not read the note back."""
    both = replace(cast.agent_lot, seats=(*cast.agent_lot.seats, *cast.referent_caf_lot.seats))

    with pytest.raises(Forbidden, match="du côté de l’agent"):
        await whisper(both, case_id, now)

    assert await bodies(cast.referent_msa_lot, case_id) == []
    assert not await Email.exists().where(Email.kind == "internal")
