"""A message of the agents' side to all or to chosen organisations: who has the turn and an email, who reads it."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.cases.access import load_visible_case
from app.domain.cases.events import EventKind
from app.domain.cases.inbox.counters import count_to_handle
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.lifecycle.invitation import invite_colleagues
from app.domain.cases.lifecycle.stepping_out import step_out
from app.domain.cases.thread.addressed_teams import load_addressed_teams
from app.domain.cases.thread.test_correction import last_message
from app.domain.errors import Invalid
from app.domain.reorganisation.merger import merge_teams
from app.domain.reorganisation.team_closure import close_team
from app.tests.support.case_reads import read_thread
from app.tests.support.recipients import find_team_id, list_emailed, list_turns, read_recipients, say
from db.tables.email import Email
from db.tables.thread import Message

HOUR = timedelta(hours=1)


async def test_the_named_team_alone_has_the_turn_and_an_email_and_the_other_reads(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    for referent in (cast.referent_caf_lot, cast.referent_msa_lot):
        await say(referent, case_id, now, kind=EventKind.HANDLED)
    before = (await read_recipients(case_id))["CAF"]
    await Email.delete(force=True)

    await say(cast.agent_lot, case_id, now + HOUR, addressed=[await find_team_id("MSA du Lot")])

    assert await list_turns(case_id) == {"MSA"}
    assert await list_emailed("message") == ["referent.msa.lot"]
    rows = await read_recipients(case_id)
    assert {**rows["CAF"], "last_event": 0} == {**before, "last_event": 0}, "its « c'est traité » stays"
    (row,) = (await list_cases(cast.referent_caf_lot, Filters(), now)).rows
    assert row.unread and row.handled and not row.your_turn
    thread = await read_thread(cast.referent_caf_lot, await load_visible_case(cast.referent_caf_lot, case_id))
    assert thread[-1].body == "Bonjour"
    assert list((await load_addressed_teams([await last_message()])).values()) == [[await find_team_id("MSA du Lot")]]


async def test_a_message_to_all_is_for_those_that_are_concerned(cast: Cast, case_id: UUID, now: datetime) -> None:
    await say(cast.referent_caf_lot, case_id, now, kind=EventKind.IRRELEVANT)
    await say(cast.agent_lot, case_id, now)
    assert await list_turns(case_id) == {"MSA"} and await list_emailed("message") == ["agent.lot", "referent.msa.lot"]
    await say(cast.referent_msa_lot, case_id, now, kind=EventKind.IRRELEVANT)
    with pytest.raises(Invalid) as refused:
        await say(cast.agent_lot, case_id, now)
    assert "cochez celui à qui vous écrivez" in refused.value.fields["destinataires"]
    await say(cast.agent_lot, case_id, now, addressed=[await find_team_id("MSA du Lot")])
    assert await list_turns(case_id) == {"MSA"}


async def test_a_message_without_a_team_is_for_the_guests(cast: Cast, case_id: UUID, now: datetime) -> None:
    await invite_colleagues(cast.agent_lot, case_id, {cast.colleague_lot.id}, now)
    for referent in (cast.referent_caf_lot, cast.referent_msa_lot):
        await say(referent, case_id, now, kind=EventKind.IRRELEVANT)
    await Email.delete(force=True)

    await say(cast.agent_lot, case_id, now)

    assert await list_emailed("message") == ["collegue.lot"] and await list_turns(case_id) == set()
    assert await count_to_handle(cast.agent_lot, now) == 1


@pytest.mark.parametrize("gesture", ["non pertinente", "steps out"])
async def test_a_team_that_is_out_is_called_back_by_name(
    cast: Cast, case_id: UUID, now: datetime, gesture: str
) -> None:
    if gesture == "steps out":
        await step_out(cast.referent_caf_lot, case_id, "Autre caisse", now)
    else:
        await say(cast.referent_caf_lot, case_id, now, kind=EventKind.IRRELEVANT)
    await Email.delete(force=True)

    await say(cast.agent_lot, case_id, now + HOUR, addressed=[await find_team_id("CAF du Lot")])

    row = (await read_recipients(case_id))["CAF"]
    assert (row["left_at"], row["irrelevant_at"], row["waiting_since"]) == (None, None, now + HOUR)
    assert await count_to_handle(cast.referent_caf_lot, now) == 1
    assert await list_emailed("message") == ["referent.caf.lot", "responsable.caf.lot"]
    await say(cast.referent_caf_lot, case_id, now + HOUR)
    assert await list_turns(case_id) == {"MSA"}


async def test_a_team_that_is_closed_merged_or_foreign_is_refused_and_nothing_leaves(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    caf, msa = await find_team_id("CAF du Lot"), await find_team_id("MSA du Lot")
    await close_team(cast.admin, caf, now)
    await merge_teams(cast.admin, msa, await find_team_id("France Travail du Lot"), now)
    await Email.delete(force=True)
    for chosen in ([caf], [msa], [await find_team_id("CPAM du Lot")], [999_999]):
        with pytest.raises(Invalid) as refused:
            await say(cast.agent_lot, case_id, now, addressed=[*chosen, await find_team_id("France Travail du Lot")])
        assert "destinataires" in refused.value.fields
    assert not await Message.exists() and not await list_emailed("message")
    assert await list_turns(case_id) == {"France Travail"}


async def test_a_referent_s_message_names_no_team(cast: Cast, case_id: UUID, now: datetime) -> None:
    await say(cast.referent_caf_lot, case_id, now, addressed=[await find_team_id("MSA du Lot")])
    assert await load_addressed_teams([await last_message()]) == {}
    assert await list_turns(case_id) == {"MSA"} and await list_emailed("message") == ["agent.lot"]
