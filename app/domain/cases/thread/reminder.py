"""A message that asks for a reminder: « je transmets », and a day on which to come back to it. Source: features.md W6.

The message sets the case aside until that day, for who sends it (lifecycle/set_aside.py).
"""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.calendar.time_zones import find_time_zone
from app.domain.calendar.working_days import add_working_days
from app.domain.cases.access import is_message_posted, load_visible_case
from app.domain.cases.lifecycle.set_aside import set_aside
from app.domain.errors import Invalid
from db.engine import transaction


def compute_reminder_day(now: datetime, days: int, area: str) -> date:
    """In working days, and in the time zone, of the case's area."""
    return add_working_days(now, days, area).astimezone(find_time_zone(area)).date()


async def send_with_reminder(
    send: Callable[[], Awaitable[None]], actor: Actor, case_id: UUID, *, key: str, day: date | None, now: datetime
) -> None:
    """Both or neither. send: the verb that posts the message of this key; a second time, neither changes anything.

    Raises Invalid(rappel) for a day that set_aside refuses, and what both raise.
    """
    async with transaction():
        await load_visible_case(actor, case_id, locked=True)
        posted = await is_message_posted(actor, case_id, key)
        await send()
        if not posted:
            await _set_aside(actor, case_id, day, now)


async def _set_aside(actor: Actor, case_id: UUID, day: date | None, now: datetime) -> None:
    try:
        await set_aside(actor, case_id, day, now)
    except Invalid as refused:
        raise Invalid(rappel=refused.fields["jour"]) from refused
