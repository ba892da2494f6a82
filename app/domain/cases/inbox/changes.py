"""What a live list has missed since an event. The rights are checked again each time."""

from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.access_paths import IndexScan, build_access_query
from app.domain.cases.inbox.filters import View
from app.domain.cases.inbox.listing import PAGE_SIZE
from db.tables.cases import Case


async def list_changed_cases(actor: Actor, after: int) -> tuple[list[UUID], int]:
    """The visible cases with a later event, the oldest change first, and the number of their last event.

    At most PAGE_SIZE cases: a page that was away for longer is loaded again as a whole.
    """
    changed = [IndexScan(view, PAGE_SIZE, newer_than=after) for view in (View.OPEN, View.CLOSED)]
    rows = await Case.raw(
        'SELECT cases.id, changed.last_event FROM ({}) AS changed JOIN cases ON cases.id = changed."case"',
        build_access_query(actor, *changed),
    )
    rows.sort(key=lambda row: row["last_event"])
    return [row["id"] for row in rows], rows[-1]["last_event"] if rows else after
