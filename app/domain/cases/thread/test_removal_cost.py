"""The database cost of each removal: a table to lower, and never to raise without notice (test_statements.py)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.cases.thread.taking_away import accept_removal, refuse_removal, request_removal
from app.tests.support.cases_fixtures import open_and_read_case
from app.tests.support.removals import WHY, find_request, say
from app.tests.support.statement_costs import Cost, make_meter
from db.engine import is_postgres

TABLE = {
    "take away one’s own message": Cost(13, 2, 1, 1),
    "ask for the removal of another": Cost(7, 2, 1, 1),
    "refuse it": Cost(7, 2, 1, 1),
    "confirm it": Cost(13, 2, 1, 1),
}


async def test_each_verb_costs_what_the_table_says(
    cast: Cast, case_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, caf, msa = cast.agent_lot, cast.referent_caf_lot, cast.referent_msa_lot
    own, other = await say(caf, case_id, now), await say(caf, case_id, now)
    await open_and_read_case(agent, case_id, now)
    measure = make_meter(monkeypatch)

    await measure("take away one’s own message", request_removal(caf, case_id, own, WHY, now))
    await measure("ask for the removal of another", request_removal(agent, case_id, other, WHY, now))
    await measure("refuse it", refuse_removal(msa, case_id, await find_request(msa, case_id), now))
    await request_removal(agent, case_id, other, WHY, now)
    await measure("confirm it", accept_removal(msa, case_id, await find_request(msa, case_id), now))

    assert measure.measured == (
        TABLE if is_postgres() else {name: replace(one, locks=0) for name, one in TABLE.items()}
    )
