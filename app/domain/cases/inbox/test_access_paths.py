"""An access path is read by an index of its team: no table is read whole, on either database."""

import re
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.access_paths import Selection, build_access_query
from app.domain.cases.inbox.views import REFERENT_VIEWS, View
from db.engine import is_postgres, transaction
from db.tables.cases import Case

_MANY_CASES = """INSERT INTO cases
SELECT (jsonb_populate_record(c, jsonb_build_object(
    'id', gen_random_uuid(), 'number', NULL, 'last_event', g,
    'author', CASE WHEN g % 80 = 0 THEN c.author ELSE (SELECT max(id) FROM person) END,
    'team', CASE WHEN g % 20 = 0 THEN c.team ELSE (SELECT max(id) FROM team) END,
    'status', CASE WHEN g % 3 = 0 THEN 'closed' ELSE 'new' END,
    'next_side', CASE WHEN g % 7 < 3 THEN 'agent' ELSE 'referent' END
))).*
FROM cases c, generate_series(1, 2000) g WHERE c.id = {} RETURNING id"""

_BY_TEAM = "recipient_(in_order|team)"


class RollBackError(Exception):
    """Ends a transaction whose rows and statistics are for one test alone."""


async def add_many_cases(like: UUID) -> None:
    """Of several authors and teams: in an empty table, all indexes cost the same to PostgreSQL."""
    if is_postgres():
        assert len(await Case.raw(_MANY_CASES, like)) == 2000
        await Case.raw("ANALYZE cases")


async def plan_of(actor: Actor, view: View, now: datetime) -> str:
    """Forbids PostgreSQL to read the whole table, which it prefers for few rows."""
    query = build_access_query(actor, Selection(view, now))
    async with transaction():
        if not is_postgres():
            return str(await Case.raw("EXPLAIN QUERY PLAN {}", query))
        for setting in ("enable_seqscan", "enable_bitmapscan"):
            await Case.raw(f"SET LOCAL {setting} = off")
        return str(await Case.raw("EXPLAIN {}", query))


@pytest.mark.parametrize(
    ("who", "view", "index"),
    [
        ("agent_lot", View.OPEN, r"cases_(open|team)"),
        ("agent_lot", View.TO_HANDLE, r"cases_(open|team)"),
        ("agent_lot", View.MINE, r"cases_(of_author|author|open)"),
        ("agent_lot", View.CLOSED, r"cases_(closed|team)"),
        *(
            ("referent_caf_lot", view, r"recipient_(in_order|team)")
            for view in (View.OPEN, View.CLOSED, *REFERENT_VIEWS)
        ),
    ],
)
async def test_a_list_reads_the_cases_of_its_team_alone(
    cast: Cast, case_id: UUID, now: datetime, who: str, view: View, index: str
) -> None:
    """By an index that begins with the team or with the author: no list costs more with more teams."""
    with suppress(RollBackError):
        async with transaction():
            await add_many_cases(case_id)
            plan = await plan_of(getattr(cast, who), view, now)
            assert re.search(index, plan) and not re.search(r"Seq Scan|SCAN (cases|recipient)\b", plan), plan
            raise RollBackError
