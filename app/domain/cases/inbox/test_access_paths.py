"""A door is an index read from one end: nothing is sorted, and no table is read whole, on either database."""

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.access_paths import Taken, through_doors
from app.domain.cases.inbox.filters import Order, View
from db.engine import is_postgres, transaction
from db.tables import Case


async def plan_of(actor: Actor, taken: Taken) -> str:
    """On PostgreSQL of few rows, which it would rather read whole and sort."""
    door = through_doors(actor, taken)
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
async def test_it_is_read_in_the_order_of_its_index(cast: Cast, who: str, view: View, index: str, order: Order) -> None:
    for beyond in (None, 12):
        plan = await plan_of(getattr(cast, who), Taken(view, 31, order, beyond=beyond))
        assert index in plan and "Sort" not in plan and "TEMP B-TREE" not in plan, plan
