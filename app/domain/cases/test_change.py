"""A case's row is written with the event: from facts that are no longer true, neither is."""

from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.cases.access import visible_case
from app.domain.cases.events import EventKind, record
from app.domain.cases.lifecycle.closure import close, settle
from app.domain.errors import Conflict
from app.tests.support.cases_fixtures import open_case
from db.engine import transaction
from db.tables import Case, Event


async def test_a_change_from_old_facts_is_refused_and_leaves_nothing(cast: Cast, case_id: UUID, now: datetime) -> None:
    old = await visible_case(cast.agent_lot, case_id)
    await open_case(cast.referent_caf_lot, case_id, now)
    before = await Case.select().where(Case.id == case_id), await Event.count()

    with pytest.raises(Conflict):
        async with transaction():
            change = settle(old, "solved", cast.agent_lot, now)
            await record(old, EventKind.CLOSED, actor=cast.agent_lot, team_id=old.team_id, now=now, change=change)

    assert (await Case.select().where(Case.id == case_id), await Event.count()) == before
    await close(cast.agent_lot, case_id, "solved", now)
    (row,) = await Case.select(Case.status, Case.status_before_closing).where(Case.id == case_id)
    assert row == {"status": "closed", "status_before_closing": "seen"}
