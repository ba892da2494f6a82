"""A case’s row is written with the event: if the facts have changed meanwhile, neither is written."""

from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.cases.access import load_visible_case
from app.domain.cases.events import EventKind, record_event
from app.domain.cases.lifecycle.closure import build_closing_columns, close
from app.domain.errors import Conflict
from app.tests.support.cases_fixtures import open_and_read_case
from db.engine import transaction
from db.tables.cases import Case
from db.tables.thread import Event


async def test_a_change_from_old_facts_is_refused_and_leaves_nothing(cast: Cast, case_id: UUID, now: datetime) -> None:
    old = await load_visible_case(cast.agent_lot, case_id)
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    before = await Case.select().where(Case.id == case_id), await Event.count()

    with pytest.raises(Conflict):
        async with transaction():
            change = build_closing_columns(old, "solved", cast.agent_lot, now)
            await record_event(old, EventKind.CLOSED, actor=cast.agent_lot, team_id=old.team_id, now=now, change=change)

    assert (await Case.select().where(Case.id == case_id), await Event.count()) == before
    await close(cast.agent_lot, case_id, "solved", now)
    (row,) = await Case.select(Case.status, Case.status_before_closing).where(Case.id == case_id)
    assert row == {"status": "closed", "status_before_closing": "seen"}
