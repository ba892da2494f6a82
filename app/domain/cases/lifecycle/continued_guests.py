"""The people whom a case that continues in another one brings there."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases import notifications
from app.domain.cases.events import EventKind
from app.domain.cases.permissions import CaseFacts
from db.tables.members import Membership
from db.tables.participants import Guest
from db.tables.people import Person
from db.tables.thread import Event


async def find_continued_guests(case: CaseFacts, other: CaseFacts) -> dict[int, EventKind]:
    """The experts; of the office of the other case, the author and the invited colleagues.

    Only those who are new there, with the line of the thread that says so.
    """
    people = (case.guests | {case.author_id}) - other.guests - {other.author_id}
    if not people:
        return {}
    listed = sorted(people)
    experts = Person.select(Person.id).where(Person.id.is_in(listed), Person.expert.eq(True), Person.active.eq(True))
    colleagues = Membership.select(Membership.person).where(
        Membership.person.is_in(listed), Membership.team == other.team_id, Membership.person.active.eq(True)
    )
    new = {row["person"]: EventKind.COLLEAGUE for row in await colleagues}
    return new | {row["id"]: EventKind.EXPERT for row in await experts}


async def add_continued_guests(actor: Actor, other: CaseFacts, people: Collection[int], now: datetime) -> None:
    """Runs in the caller's transaction."""
    if not people:
        return
    await Guest.insert(
        *(Guest(case=other.id, person=one, invited_by=actor.id, invited_at=now) for one in sorted(people))
    )
    await notifications.notify_guests(actor, other, set(people), now)


async def remove_idle_guests(case_id: UUID, people: Collection[int], since: int) -> None:
    """Those who have done nothing in the case after the event `since`. Runs in the caller's transaction."""
    if not people:
        return
    busy = Event.select(Event.actor).where(Event.case == case_id, Event.id > since, Event.actor.is_in(sorted(people)))
    idle = set(people) - {row["actor"] for row in await busy}
    if idle:
        await Guest.delete().where(Guest.case == case_id, Guest.person.is_in(sorted(idle)))
