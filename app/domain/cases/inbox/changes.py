"""What a live list has missed since an event. The rights are checked again each time."""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.access_paths import Selection, build_access_query
from app.domain.cases.inbox.listing import PAGE_SIZE
from app.domain.cases.inbox.views import View
from db.tables.cases import Case


async def list_changed_cases(actor: Actor, after: int, now: datetime) -> tuple[list[UUID], int]:
    """The visible cases with a later event, the oldest change first, and the number of their last event.

    At most PAGE_SIZE cases: a page that was away for longer is loaded again as a whole.
    """
    changed = [Selection(view, now, newer_than=after, limit=PAGE_SIZE) for view in (View.OPEN, View.CLOSED)]
    rows = await Case.raw(
        f"""SELECT cases.id, changed.last_event FROM ({{}}) AS changed JOIN cases ON cases.id = changed."case"
        ORDER BY changed.last_event DESC LIMIT {PAGE_SIZE}""",  # noqa: S608 # nosec B608
        build_access_query(actor, *changed),
    )
    rows.reverse()
    return [row["id"] for row in rows], rows[-1]["last_event"] if rows else after
