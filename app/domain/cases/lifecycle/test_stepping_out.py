"""A team steps out of a case, or transfers it: who reads it then, who hears of it, whose turn it is."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import load_actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.access_end import AccessEndReason
from app.domain.cases.inbox.counters import count_to_handle
from app.domain.cases.inbox.views import View
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.invitation import invite_colleagues
from app.domain.cases.lifecycle.stepping_out import step_out
from app.domain.cases.lifecycle.transfer import list_transfer_choices, transfer
from app.domain.cases.thread.answers import dismiss
from app.domain.errors import AccessEnded, Conflict, Forbidden, Invalid
from app.domain.teams.teams import add_member
from app.tests.support.case_reads import read_thread
from app.tests.support.cases_fixtures import open_and_read_case
from app.tests.support.recipients import count_shown, find_team_id, list_emailed, list_turns, read_recipients, say
from db.tables.email import Email
from db.tables.thread import Event

DAY = timedelta(days=1)
WHY = "Le dossier est à la MSA"


async def test_a_team_steps_out_by_itself_and_the_agents_read_why(cast: Cast, case_id: UUID, now: datetime) -> None:
    await invite_colleagues(cast.agent_lot, case_id, {cast.colleague_lot.id}, now)
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    await take_charge(cast.referent_caf_lot, case_id, now)
    with pytest.raises(Invalid):
        await step_out(cast.referent_caf_lot, case_id, "", now)

    for _ in range(2):
        await step_out(cast.referent_caf_lot, case_id, WHY, now + DAY)

    assert await list_emailed("stepped_out") == ["agent.lot", "collegue.lot"]
    thread = await read_thread(cast.agent_lot, await load_visible_case(cast.agent_lot, case_id))
    assert [entry.about for entry in thread if entry.kind == "stepped_out"] == [WHY]
    row = (await read_recipients(case_id))["CAF"]
    assert (row["left_at"], row["taken_by"], row["seen_at"]) == (now + DAY, None, now)
    assert await list_turns(case_id) == {"MSA"}
    assert await count_to_handle(cast.agent_lot, now) == 0


async def test_it_reads_the_case_no_more_and_gets_no_email(cast: Cast, case_id: UUID, now: datetime) -> None:
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    await step_out(cast.referent_caf_lot, case_id, WHY, now + DAY)

    with pytest.raises(AccessEnded) as ended:
        await load_visible_case(cast.referent_caf_lot, case_id)
    assert ended.value.access_end.reason == AccessEndReason.STEPPED_OUT
    assert await count_shown(cast.manager_caf_lot, now, view=View.OPEN) == 0
    await Email.delete(force=True)
    await say(cast.agent_lot, case_id, now + DAY)
    await close(cast.agent_lot, case_id, "solved", now + DAY)
    assert await list_emailed("message") == await list_emailed("closed") == ["referent.msa.lot"]


async def test_the_last_team_out_gives_the_turn_to_the_agents(cast: Cast, case_id: UUID, now: datetime) -> None:
    await step_out(cast.referent_caf_lot, case_id, WHY, now)
    assert await count_to_handle(cast.agent_lot, now) == 0
    await step_out(cast.referent_msa_lot, case_id, "Pas de dossier", now)
    assert await count_to_handle(cast.agent_lot, now) == 1 and await list_turns(case_id) == set()
    with pytest.raises(Invalid, match="cochez celui à qui vous écrivez"):
        await say(cast.agent_lot, case_id, now)
    assert await list_emailed("message") == [] and await count_to_handle(cast.agent_lot, now) == 1


async def test_a_team_that_came_back_steps_out_with_the_same_words(cast: Cast, case_id: UUID, now: datetime) -> None:
    caf = await find_team_id("CAF du Lot")
    for _ in range(2):
        await step_out(cast.referent_caf_lot, case_id, WHY, now)
        assert await list_turns(case_id) == {"MSA"}
        await say(cast.agent_lot, case_id, now, addressed=[caf])
        assert await list_turns(case_id) == {"CAF", "MSA"}
    await transfer(cast.referent_caf_lot, case_id, await find_team_id("CPAM du Lot"), WHY, now)
    await transfer(cast.referent_cpam_lot, case_id, caf, WHY, now)
    await transfer(cast.referent_caf_lot, case_id, await find_team_id("CPAM du Lot"), WHY, now)
    assert await list_turns(case_id) == {"CPAM", "MSA"}


async def test_a_member_of_two_teams_takes_out_the_one_that_the_form_names(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    caf, msa = await find_team_id("CAF du Lot"), await find_team_id("MSA du Lot")
    await add_member(cast.referent_caf_lot.id, msa)
    both = await load_actor(cast.referent_caf_lot.id)
    assert both is not None
    await step_out(both, case_id, WHY, now, named=msa)
    with pytest.raises(Conflict):
        await step_out(both, case_id, WHY, now, named=msa)
    assert await list_turns(case_id) == {"CAF"}
    await step_out(both, case_id, WHY, now, named=caf)
    assert await list_turns(case_id) == set()


async def test_a_team_steps_out_of_an_open_case_that_it_reads(cast: Cast, case_id: UUID, now: datetime) -> None:
    with pytest.raises(Forbidden):
        await step_out(cast.agent_lot, case_id, WHY, now)
    await close(cast.agent_lot, case_id, "solved", now)
    with pytest.raises(Conflict):
        await step_out(cast.referent_caf_lot, case_id, WHY, now)
    assert not await Event.exists().where(Event.kind == "stepped_out")


async def test_a_case_is_transferred_to_a_team_that_is_there_already(cast: Cast, case_id: UUID, now: datetime) -> None:
    """It gets its turn back, also after « non pertinente », and an email."""
    msa = await find_team_id("MSA du Lot")
    await dismiss(cast.referent_msa_lot, case_id, "Voyez la CAF", key="a", now=now)
    case = await load_visible_case(cast.referent_caf_lot, case_id)
    assert msa in [team.id for team in await list_transfer_choices(cast.referent_caf_lot, case)]

    await transfer(cast.referent_caf_lot, case_id, msa, WHY, now + DAY)

    assert await list_turns(case_id) == {"MSA"}
    rows = await read_recipients(case_id)
    assert (rows["CAF"]["left_at"], rows["MSA"]["irrelevant_at"]) == (now + DAY, None)
    assert rows["MSA"]["joined_at"] == now and len(rows) == 2
    assert await list_emailed("transferred") == ["referent.msa.lot"]
    assert await list_emailed("moved") == ["agent.lot"]


async def test_a_case_comes_back_to_the_team_that_had_transferred_it(cast: Cast, case_id: UUID, now: datetime) -> None:
    caf, cpam = await find_team_id("CAF du Lot"), await find_team_id("CPAM du Lot")
    await transfer(cast.referent_caf_lot, case_id, cpam, "Maladie", now)
    await transfer(cast.referent_cpam_lot, case_id, caf, "Allocations", now + DAY)

    row = (await read_recipients(case_id))["CAF"]
    assert (row["left_at"], row["waiting_since"]) == (None, now + DAY)
    assert await list_turns(case_id) == {"CAF", "MSA"}
    assert await count_shown(cast.referent_caf_lot, now + 4 * DAY, late=True) == 1
