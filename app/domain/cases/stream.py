"""What a live page has missed since an event: the same rights as the page, asked again each time."""

from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.events import Audience
from app.domain.cases.listing import visible_to
from db.tables import Case, Event


async def latest_event(actor: Actor) -> int:
    """The highest event that the actor may know of: where a list's stream begins."""
    row = await (
        Case.select(Case.last_event)
        .where(visible_to(actor))
        .order_by(Case.last_event, ascending=False)
        .limit(1)
        .first()
    )
    return int(row["last_event"]) if row else 0


async def cases_changed(actor: Actor, after: int) -> tuple[list[UUID], int]:
    """The visible cases with a newer event, the oldest change first, and the highest of these events."""
    rows = await (
        Event.select(Event.id, Event.case)
        .where(
            Event.id > after,
            Event.audience == Audience.ALL,
            Event.case.is_in(Case.select(Case.id).where(visible_to(actor))),
        )
        .order_by(Event.id)
    )
    return list(dict.fromkeys(row["case"] for row in rows)), max((row["id"] for row in rows), default=after)
