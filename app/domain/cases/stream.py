"""What a live page has missed since an event: the same rights as the page, asked again each time."""

from uuid import UUID

from piccolo.columns import BigInt
from piccolo.columns.combination import Or

from app.domain.accounts.actor import Actor
from app.domain.cases.events import Audience
from app.domain.cases.listing import PAGE_SIZE
from app.domain.cases.visibility import Condition, reads_apart, visible_to
from db.tables import Case, Event

_LATEST = 10 * PAGE_SIZE
"""Events: enough to name a page's worth of cases."""


async def latest_event(actor: Actor) -> int:
    """The highest event that the actor may know of: where a list's stream begins."""
    return max(await _highest(Case.last_event, visible_to(actor)), await _highest(Case.last_apart, reads_apart(actor)))


async def _highest(column: BigInt, condition: Condition) -> int:
    row = await Case.select(column).where(condition).order_by(column, ascending=False).limit(1).first()
    return int(next(iter(row.values()))) if row else 0


async def cases_changed(actor: Actor, after: int) -> tuple[list[UUID], int]:
    """The visible cases with a newer event, the oldest change first, and the highest of these events.

    No more than a page of the list shows: whoever was away longer asked for the page itself.
    """
    rows = await (
        Event.select(Event.id, Event.case)
        .where(
            Event.id > after,
            Event.case.is_in(Case.select(Case.id).where(visible_to(actor))),
            Or(Event.audience == Audience.ALL, Event.case.is_in(Case.select(Case.id).where(reads_apart(actor)))),
        )
        .order_by(Event.id, ascending=False)
        .limit(_LATEST)
    )
    latest_first = list(dict.fromkeys(row["case"] for row in rows))
    return latest_first[PAGE_SIZE - 1 :: -1], rows[0]["id"] if rows else after
