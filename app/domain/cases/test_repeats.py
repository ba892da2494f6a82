"""An answer is lost on a weak connection and the same post is repeated: it counts once.

Messages, sending, closure and the survey have the same test in their own files.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.lifecycle.invitation import invite_colleagues, invite_expert, invite_team
from app.domain.cases.lifecycle.test_joining import team
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.errors import Conflict, Invalid
from db.tables.email import Email
from db.tables.thread import Event

Verb = Callable[[Cast, UUID, datetime], Awaitable[None]]


async def _transfer(cast: Cast, case_id: UUID, now: datetime) -> None:
    await transfer(cast.referent_caf_lot, case_id, await team("CPAM du Lot"), "Régime général", now)


async def _invite_team(cast: Cast, case_id: UUID, now: datetime) -> None:
    await invite_team(cast.referent_caf_lot, case_id, await team("CPAM du Lot"), "Votre avis", now)


async def _invite_expert(cast: Cast, case_id: UUID, now: datetime) -> None:
    await invite_expert(cast.agent_lot, case_id, "Dialogue bloqué", now)


async def _invite_colleagues(cast: Cast, case_id: UUID, now: datetime) -> None:
    await invite_colleagues(cast.agent_lot, case_id, {cast.colleague_lot.id}, now)


async def _reopen(cast: Cast, case_id: UUID, now: datetime) -> None:
    await reopen(cast.agent_lot, case_id, now)


async def _withdraw(cast: Cast, case_id: UUID, now: datetime) -> None:
    await withdraw(cast.agent_lot, case_id, now)


async def counts() -> tuple[int, int]:
    return await Event.count(), await Email.count()


@pytest.mark.parametrize("verb", [_transfer, _invite_team, _invite_expert, _invite_colleagues, _reopen, _withdraw])
async def test_the_same_post_again_changes_nothing(cast: Cast, case_id: UUID, now: datetime, verb: Verb) -> None:
    if verb is _reopen:
        await close(cast.agent_lot, case_id, "solved", now)
    await verb(cast, case_id, now)
    once = await counts()

    await verb(cast, case_id, now)

    assert await counts() == once


async def test_what_others_did_meanwhile_is_still_told(cast: Cast, case_id: UUID, now: datetime) -> None:
    await close(cast.agent_lot, case_id, "solved", now)
    await reopen(cast.agent_lot, case_id, now)
    with pytest.raises(Conflict):
        await reopen(cast.colleague_lot, case_id, now)
    await _invite_expert(cast, case_id, now)
    with pytest.raises(Invalid):
        await invite_expert(cast.agent_lot, case_id, "Autre chose", now)


async def test_reopening_a_second_closing_is_no_repeat(cast: Cast, case_id: UUID, now: datetime) -> None:
    await close(cast.agent_lot, case_id, "solved", now)
    await reopen(cast.agent_lot, case_id, now)
    await close(cast.colleague_lot, case_id, "solved", now)
    before = await Event.count()

    await reopen(cast.agent_lot, case_id, now)

    assert await Event.count() == before + 1
