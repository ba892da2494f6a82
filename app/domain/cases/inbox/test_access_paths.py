"""An access path is an index read from one end: nothing is sorted, and no table read whole, on either database."""

from contextlib import suppress
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.access_paths import IndexScan, build_access_query
from app.domain.cases.inbox.filters import Order, View
from db.engine import is_postgres, transaction
from db.tables.cases import Case

_MANY_CASES = """INSERT INTO cases
SELECT (jsonb_populate_record(c, jsonb_build_object(
    'id', gen_random_uuid(), 'last_event', g,
    'author', CASE WHEN g % 80 = 0 THEN c.author ELSE (SELECT max(id) FROM person) END,
    'team', CASE WHEN g % 20 = 0 THEN c.team ELSE (SELECT max(id) FROM team) END,
    'status', CASE WHEN g % 3 = 0 THEN 'closed' ELSE 'new' END,
    'next_side', CASE WHEN g % 7 < 3 THEN 'agent' ELSE 'referent' END
))).*
FROM cases c, generate_series(1, 2000) g WHERE c.id = {} RETURNING id"""


class RollBackError(Exception):
    """Ends a transaction whose rows and statistics are for one test alone."""


async def add_many_cases(like: UUID) -> None:
    """Of several authors and teams: in an empty table, all indexes cost the same to PostgreSQL."""
    if is_postgres():
        assert len(await Case.raw(_MANY_CASES, like)) == 2000
        await Case.raw("ANALYZE cases")


async def plan_of(actor: Actor, taken: IndexScan) -> str:
    """Forbids PostgreSQL to read the whole table and sort, which it prefers for few rows."""
    door = build_access_query(actor, taken)
    async with transaction():
        if not is_postgres():
            return str(await Case.raw("EXPLAIN QUERY PLAN {}", door))
        for setting in ("enable_seqscan", "enable_bitmapscan", "enable_sort", "enable_incremental_sort"):
            await Case.raw(f"SET LOCAL {setting} = off")
        return str(await Case.raw("EXPLAIN {}", door))


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize(
    ("who", "view", "index"),
    [
        ("agent_lot", View.OPEN, "cases_open"),
        ("agent_lot", View.TO_HANDLE, "cases_open"),
        ("agent_lot", View.MINE, "cases_of_author"),
        ("agent_lot", View.CLOSED, "cases_closed"),
        ("referent_caf_lot", View.OPEN, "recipient_in_order"),
        ("referent_caf_lot", View.TO_HANDLE, "recipient_in_order"),
        ("referent_caf_lot", View.CLOSED, "recipient_in_order"),
    ],
)
async def test_it_is_read_in_the_order_of_its_index(
    cast: Cast, case_id: UUID, who: str, view: View, index: str, order: Order
) -> None:
    with suppress(RollBackError):
        async with transaction():
            await add_many_cases(case_id)
            for beyond in (None, 1000):
                plan = await plan_of(getattr(cast, who), IndexScan(view, 31, order, past_event=beyond))
                assert index in plan and "Sort" not in plan and "TEMP B-TREE" not in plan, plan
            raise RollBackError
