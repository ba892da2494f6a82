"""The day of a person's last visit, written once a day. It says whether an account is used, not how a person works."""

from datetime import datetime

from piccolo.columns.combination import Or

from app.domain.calendar.time_zones import PARIS
from db.tables.people import InactivityNotice, Person


async def record_later_visit(person_id: int, previous: datetime, now: datetime) -> None:
    """previous: the last use of the same session."""
    if previous.astimezone(PARIS).date() < now.astimezone(PARIS).date():
        await record_visit(person_id, now)


async def record_visit(person_id: int, now: datetime) -> None:
    """A visit ends the count of inactivity, and the warnings that it caused. A second one of the day writes nothing."""
    today = now.astimezone(PARIS).date()
    first = await (
        Person.update({Person.last_seen_on: today, Person.idle_from: today})
        .where(Person.id == person_id, Or(Person.last_seen_on.is_null(), Person.last_seen_on < today))
        .returning(Person.id)
    )
    if first:
        await InactivityNotice.delete().where(InactivityNotice.person == person_id)
