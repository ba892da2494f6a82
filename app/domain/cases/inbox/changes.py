"""What a live page has missed since an event: the same rights as the page, asked again each time."""

from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.access_paths import IndexScan, build_access_query
from app.domain.cases.inbox.filters import View
from app.domain.cases.inbox.listing import PAGE_SIZE
from db.tables import Case


async def list_changed_cases(actor: Actor, after: int) -> tuple[list[UUID], int]:
    """The visible cases with a newer event, the oldest change first, and the highest of these events.

    No more than a page of the list shows: whoever was away longer asked for the page itself.
    """
    changed = [IndexScan(view, PAGE_SIZE, newer_than=after) for view in (View.OPEN, View.CLOSED)]
    rows = await Case.raw(
        'SELECT cases.id, changed.last_event FROM ({}) AS changed JOIN cases ON cases.id = changed."case"',
        build_access_query(actor, *changed),
    )
    rows.sort(key=lambda row: row["last_event"])
    return [row["id"] for row in rows], rows[-1]["last_event"] if rows else after
