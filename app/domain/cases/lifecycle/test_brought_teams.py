"""What the teams of a case bring to the one where it continues: what they owe, and what they wait for."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.continuation import continue_in
from app.domain.cases.lifecycle.continuation_preview import preview_continuation
from app.domain.cases.lifecycle.continuation_undo import separate
from app.domain.cases.lifecycle.invitation import invite_expert, invite_team
from app.domain.cases.lifecycle.late_notices import send_late_notices
from app.domain.cases.thread.answers import dismiss
from app.domain.errors import NotFound
from app.tests.support.case_verbs import rows
from app.tests.support.cases_fixtures import NewCase, clear_rate_limits
from app.tests.support.recipients import find_team_id, list_emailed, list_turns, read_recipients, say
from db.tables.cases import Case
from db.tables.email import Email

DAY = timedelta(days=1)


async def read_side(case_id: UUID) -> str:
    row = await Case.select(Case.next_side, Case.status).where(Case.id == case_id).first()
    return str(row and row["next_side"])


async def test_an_answer_that_is_owed_is_owed_there_though_the_team_was_out_of_it(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    """« Non pertinente » there, and asked for an opinion only."""
    case_id, other = await new_case("CAF", "CPAM"), await new_case("CAF", "MSA")
    await dismiss(cast.referent_caf_lot, other, "En ligne", key=str(uuid4()), now=now)
    await invite_team(cast.referent_msa_lot, other, await find_team_id("CPAM du Lot"), "Votre avis", now, opinion=True)
    before = await rows(other)
    assert (await preview_continuation(cast.agent_lot, case_id, other)).owing == ["CAF du Lot", "CPAM du Lot"]
    await Email.delete(force=True)

    await continue_in(cast.agent_lot, case_id, other, now)
    assert await list_turns(other) == {"CAF", "MSA", "CPAM"}
    assert {"referent.caf.lot", "referent.cpam.lot"} <= set(await list_emailed("invited"))

    await clear_rate_limits()
    await separate(cast.agent_lot, case_id, now)
    assert (await rows(other))["recipients"] == before["recipients"] and await list_turns(case_id) == {"CAF", "CPAM"}


async def test_a_team_that_asked_something_reads_the_reply(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id, other = await new_case("MSA"), await new_case("France Travail")
    await say(cast.referent_msa_lot, case_id, now)
    assert (await preview_continuation(cast.agent_lot, case_id, other)).answered == ["MSA du Lot"]
    await continue_in(cast.agent_lot, case_id, other, now)
    assert await read_side(other) == "agent" and await list_turns(other) == {"France Travail"}
    assert (await load_visible_case(cast.agent_lot, other)).status == "new", "no team has answered there"

    await Email.delete(force=True)
    await say(cast.agent_lot, other, now)
    assert "referent.msa.lot" in await list_emailed("message") and "MSA" in await list_turns(other)


async def test_a_team_that_is_late_stays_late(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id, other = await new_case("CAF"), await new_case("MSA")
    await take_charge(cast.referent_caf_lot, case_id, now)
    await send_late_notices(now + 10 * DAY)
    owed = (await read_recipients(case_id))["CAF"]
    assert owed["late_notices_sent"]

    await continue_in(cast.agent_lot, case_id, other, now + 11 * DAY)
    brought = (await read_recipients(other))["CAF"]
    for name in ("waiting_since", "late_from", "late_notices_sent", "taken_by", "promise_due"):
        assert brought[name] == owed[name], name
    await Email.delete(force=True)
    await send_late_notices(now + 11 * DAY)
    assert "referent.caf.lot" not in await list_emailed("late")


async def test_a_team_asked_for_an_opinion_owes_nothing_there(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id, other = await new_case("CAF"), await new_case("MSA")
    await invite_team(cast.referent_caf_lot, case_id, await find_team_id("CPAM du Lot"), "Avis", now, opinion=True)
    assert (await preview_continuation(cast.agent_lot, case_id, other)).asked == ["CPAM du Lot"]
    await continue_in(cast.agent_lot, case_id, other, now)
    assert (await read_recipients(other))["CPAM"]["opinion"] and await list_turns(other) == {"CAF", "MSA"}


async def test_the_question_names_who_will_not_read_the_other_case(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    """An expert continues the case of one office in that of another: the author comes only to one of their own."""
    case_id, other = await new_case("CAF"), await new_case("MSA")
    cher = await find_team_id("France Services de démonstration du Cher")
    await Case.update({Case.team: cher, Case.author: cast.agent_cher.id}).where(Case.id == other)
    await invite_expert(cast.agent_lot, case_id, "Aidez-nous", now)
    await invite_expert(cast.agent_cher, other, "Aidez-nous", now)
    assert (await preview_continuation(cast.expert, case_id, other)).staying_out == ["Carmen Vidal"]

    await continue_in(cast.expert, case_id, other, now)
    with pytest.raises(NotFound):
        await load_visible_case(cast.agent_lot, other)
    assert "agent.lot" not in await list_emailed("continues")


async def test_the_author_of_the_same_office_comes(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id, other = await new_case("CAF"), await new_case("MSA", actor=cast.colleague_lot)
    assert (await preview_continuation(cast.colleague_lot, case_id, other)).staying_out == []
