"""« Continuer dans … » is taken back after something else has happened to one of the two cases, or to their teams."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from app.cast import Cast
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.lifecycle.continuation import continue_in
from app.domain.cases.lifecycle.continuation_row import UNDO_PERIOD, load_continuation
from app.domain.cases.lifecycle.continuation_undo import separate
from app.domain.cases.lifecycle.invitation import invite_expert, invite_team
from app.domain.cases.thread.posting import post_message
from app.domain.errors import Conflict
from app.domain.reorganisation.merger import merge_teams
from app.domain.reorganisation.team_closure import close_team
from app.tests.support.cases_fixtures import NewCase, clear_rate_limits
from app.tests.support.recipients import find_team_id, list_turns, read_recipients
from db.tables.cases import Case
from db.tables.participants import Guest
from db.tables.teams import Team, TeamArea

HOUR = timedelta(hours=1)


async def create_second_caf() -> int:
    caf = await Team.select().where(Team.name == "CAF du Lot").first()
    assert caf is not None
    twin = Team(**{name: value for name, value in caf.items() if name != "id"} | {"name": "CAF du Lot, site de Figeac"})
    await twin.save()
    await TeamArea.insert(TeamArea(team=twin.id, area="46"))
    return int(twin.id)


async def list_leaving(case_id: object) -> set[str]:
    rows = await read_recipients(case_id)  # type: ignore[arg-type]
    return {name for name, row in rows.items() if row["left_at"]}


async def test_a_team_that_was_merged_meanwhile_owes_its_answer_again(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    case_id, other = await new_case("CAF"), await new_case("MSA")
    await continue_in(cast.agent_lot, case_id, other, now)
    await clear_rate_limits()
    await merge_teams(cast.admin, await find_team_id("CAF du Lot"), await create_second_caf(), now + HOUR)
    await separate(cast.agent_lot, case_id, now + 2 * HOUR)

    row = await Case.select(Case.next_side, Case.late_from).where(Case.id == case_id).first()
    assert row and row["next_side"] == "referent" and row["late_from"]
    assert await list_turns(case_id) == {"CAF"} and await list_turns(other) == {"MSA"}
    assert await list_leaving(other) == {"CAF"}


async def test_a_case_whose_only_team_was_closed_is_the_agents_to_go_on_with(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    case_id, other = await new_case("CAF"), await new_case("MSA")
    await continue_in(cast.agent_lot, case_id, other, now)
    await clear_rate_limits()
    await close_team(cast.admin, await find_team_id("CAF du Lot"), now + HOUR)
    await separate(cast.agent_lot, case_id, now + 2 * HOUR)
    row = await Case.select(Case.next_side, Case.status).where(Case.id == case_id).first()
    assert row == {"next_side": "agent", "status": "new"} and await list_turns(case_id) == set()


async def test_a_team_stays_for_another_case_that_continues_there(cast: Cast, new_case: NewCase, now: datetime) -> None:
    first, second, other = await new_case("CAF"), await new_case("CAF"), await new_case("MSA")
    for one in (first, second):
        await invite_expert(cast.agent_lot, one, "Aidez-nous", now)
        await continue_in(cast.agent_lot, one, other, now)
        await clear_rate_limits()
    await separate(cast.agent_lot, first, now + HOUR)
    assert await list_turns(other) == {"CAF", "MSA"} and await Guest.exists().where(Guest.case == other)
    await separate(cast.agent_lot, second, now + HOUR)
    assert await list_leaving(other) <= {"CAF"} and await list_turns(first) == await list_turns(second) == {"CAF"}


async def test_a_case_that_was_reopened_since_holds_no_team_there(cast: Cast, new_case: NewCase, now: datetime) -> None:
    first, second, other = await new_case("CAF"), await new_case("CPAM"), await new_case("MSA")
    await continue_in(cast.agent_lot, first, other, now)
    later = now + UNDO_PERIOD + HOUR
    await reopen(cast.agent_lot, first, later)
    await clear_rate_limits()
    await invite_team(cast.referent_caf_lot, first, await find_team_id("CPAM du Lot"), "Pour avis", later)
    await continue_in(cast.agent_lot, second, other, later)
    await clear_rate_limits()
    await separate(cast.agent_lot, second, later)
    assert await list_leaving(other) == {"CPAM"}


async def test_the_last_of_a_chain_is_taken_back_first(cast: Cast, new_case: NewCase, now: datetime) -> None:
    first, second, third = await new_case("CAF"), await new_case("MSA"), await new_case("France Travail")
    await continue_in(cast.agent_lot, first, second, now)
    await continue_in(cast.agent_lot, second, third, now)
    await clear_rate_limits()
    with pytest.raises(Conflict, match="continue elle-même"):
        await separate(cast.agent_lot, first, now + HOUR)
    await separate(cast.agent_lot, second, now + HOUR)
    await separate(cast.agent_lot, first, now + HOUR)
    assert [await list_turns(one) for one in (first, second, third)] == [{"CAF"}, {"MSA"}, {"France Travail"}]


async def test_a_team_that_was_asked_something_there_stays(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id, other = await new_case("CAF", "CPAM"), await new_case("MSA")
    await continue_in(cast.agent_lot, case_id, other, now)
    await clear_rate_limits()
    asked = [await find_team_id("CAF du Lot")]
    await post_message(cast.agent_lot, other, "Et vous ?", key=str(uuid4()), now=now + HOUR, addressed=asked)
    await separate(cast.colleague_lot, case_id, now + 2 * HOUR)
    assert await list_turns(other) == {"CAF", "MSA"} and await list_leaving(other) == {"CPAM"}


async def test_the_other_case_was_closed_meanwhile(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id, other = await new_case("CAF"), await new_case("CAF", "MSA")
    await continue_in(cast.agent_lot, case_id, other, now)
    await clear_rate_limits()
    await close(cast.agent_lot, other, "solved", now + HOUR)
    await separate(cast.agent_lot, case_id, now + 2 * HOUR)
    closed = await load_visible_case(cast.agent_lot, other)
    assert closed.status == "closed" and closed.next_side == "" and await list_turns(other) == set()
    assert await list_turns(case_id) == {"CAF"} and await load_continuation(case_id) is None
