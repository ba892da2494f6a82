"""The stored figures of organisations equal a new count after each action that moves a team, or its answers."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.lifecycle.invitation import invite_team
from app.domain.cases.lifecycle.late_notices import send_late_notices
from app.domain.cases.lifecycle.stepping_out import step_out
from app.domain.cases.lifecycle.suspension import suspend
from app.domain.cases.lifecycle.test_lateness import november
from app.domain.cases.statistics.test_cache import anew, kept
from app.domain.cases.thread.correction import withdraw_message
from app.domain.cases.thread.posting import post_message
from app.domain.reorganisation.team_closure import close_team
from app.tests.support.cases_fixtures import open_and_read_case
from app.tests.support.members_fixtures import FindTeam
from db.engine import transaction
from db.tables.thread import Message

Deed = Callable[[Cast, UUID, FindTeam, datetime], Awaitable[object]]
MINUTE = timedelta(minutes=1)


async def invite(cast: Cast, case: UUID, find_team: FindTeam, now: datetime) -> None:
    await invite_team(cast.referent_caf_lot, case, await find_team("CPAM du Lot"), "À vous", now)


async def ask_opinion(cast: Cast, case: UUID, find_team: FindTeam, now: datetime) -> None:
    await invite_team(cast.referent_caf_lot, case, await find_team("CPAM du Lot"), "Un avis", now, opinion=True)


async def leave(cast: Cast, case: UUID, find_team: FindTeam, now: datetime) -> None:
    await step_out(cast.referent_caf_lot, case, "Pas chez nous", now)


async def leave_and_come_back(cast: Cast, case: UUID, find_team: FindTeam, now: datetime) -> None:
    await leave(cast, case, find_team, now)
    await kept(now)
    called = [await find_team("CAF du Lot")]
    await post_message(cast.agent_lot, case, "Revenez", key=str(uuid4()), now=now + MINUTE, addressed=called)


async def answer_and_take_back(cast: Cast, case: UUID, find_team: FindTeam, now: datetime) -> None:
    await post_message(cast.referent_msa_lot, case, "Versé", key=str(uuid4()), now=now)
    await kept(now)
    (written,) = await Message.select(Message.id)
    await withdraw_message(cast.referent_msa_lot, case, written["id"], now + MINUTE)


async def close_a_team(cast: Cast, case: UUID, find_team: FindTeam, now: datetime) -> None:
    await close_team(cast.admin, await find_team("MSA du Lot"), now)


async def pause(cast: Cast, case: UUID, find_team: FindTeam, now: datetime) -> None:
    async with transaction():
        await suspend(case, now)


DEEDS: tuple[Deed, ...] = (invite, ask_opinion, leave, leave_and_come_back, answer_and_take_back, close_a_team, pause)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
async def test_what_a_team_just_did_is_in_the_figures(
    deed: Deed, cast: Cast, case_id: UUID, find_team: FindTeam, now: datetime
) -> None:
    before = await kept(november(27))

    await deed(cast, case_id, find_team, november(27))
    after = await kept(november(27))

    assert after == await anew(november(27))
    assert (after != before) == (deed is not answer_and_take_back)


async def test_a_closed_case_that_is_opened_counts_as_opened_once_it_goes_on(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    """Its opening writes no event, and changes no figure before."""
    await close(cast.agent_lot, case_id, "solved", now)
    before = await kept(now)
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    assert before == await anew(now) == await kept(now)

    await reopen(cast.agent_lot, case_id, now)

    assert await kept(now) == await anew(now) != before


async def test_a_late_notice_changes_no_figure(case_id: UUID) -> None:
    before = await kept(november(26))
    assert await send_late_notices(november(26)) == 2
    assert await kept(november(26)) == await anew(november(26)) == before
