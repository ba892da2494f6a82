"""Closing and reopening."""

from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.case_status import Status
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.errors import Conflict, Forbidden, Invalid
from app.tests.support.cases_fixtures import open_and_read_case
from db.tables.email import Email
from db.tables.thread import Event


async def test_a_colleague_closes_too_and_everyone_else_is_told(cast: Cast, case_id: UUID, now: datetime) -> None:
    await close(cast.colleague_lot, case_id, "elsewhere", now)

    assert (await load_visible_case(cast.agent_lot, case_id)).status == Status.CLOSED
    found = await Email.select(Email.person.address).where(Email.kind == "closed")
    assert {row["person.address"] for row in found} == {
        "agent.lot@exemple.fr",
        "referent.caf.lot@exemple.fr",
        "responsable.caf.lot@exemple.fr",
        "referent.msa.lot@exemple.fr",
    }


async def test_a_referent_does_not_close(cast: Cast, case_id: UUID, now: datetime) -> None:
    with pytest.raises(Forbidden):
        await close(cast.referent_caf_lot, case_id, "solved", now)


async def test_closing_again_is_the_same_closing_and_a_colleagues_a_conflict(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await close(cast.agent_lot, case_id, "solved", now)
    await close(cast.agent_lot, case_id, "solved", now)

    assert await Event.count().where(Event.kind == "closed") == 1
    with pytest.raises(Conflict):
        await close(cast.colleague_lot, case_id, "solved", now)


async def test_an_outcome_is_needed(cast: Cast, case_id: UUID, now: datetime) -> None:
    with pytest.raises(Invalid):
        await close(cast.agent_lot, case_id, "", now)


@pytest.mark.parametrize("opened", [False, True])
async def test_reopening_returns_to_what_it_was(cast: Cast, case_id: UUID, now: datetime, opened: bool) -> None:
    if opened:
        await open_and_read_case(cast.referent_caf_lot, case_id, now)
    await close(cast.agent_lot, case_id, "not_solved", now)

    await reopen(cast.colleague_lot, case_id, now)

    reopened = await load_visible_case(cast.agent_lot, case_id)
    assert reopened.status == (Status.SEEN if opened else Status.NEW) and reopened.closed_by is None
    with pytest.raises(Conflict):
        await reopen(cast.agent_lot, case_id, now)
