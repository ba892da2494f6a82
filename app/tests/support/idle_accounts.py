"""Idle accounts in tests: who comes no more, and what the daily job queues about them."""

from datetime import datetime, timedelta

from app.domain.accounts.actor import Actor
from app.domain.authentication.sessions import begin_session
from app.domain.reorganisation.inactivity import close_idle_accounts
from db.tables.email import Email
from db.tables.people import Person

IDLE = ["idle_first", "idle_second", "idle_keepers", "idle_closed"]


async def visit(person: Actor, at: datetime) -> None:
    await begin_session(person.id, remember=False, browser="t", now=at)


async def watch_only(*idle: Actor, at: datetime) -> None:
    """These people came at that time; everyone else comes for ever."""
    later = (at + timedelta(days=9_999)).date()
    await Person.update({Person.idle_from: later}, force=True)
    for one in idle:
        await Person.update({Person.idle_from: at.date()}).where(Person.id == one.id)


async def run(begins: datetime, *days: int) -> list[tuple[int, str, str]]:
    """The day of the daily job, what is queued, for which login; each day runs twice."""
    found = []
    for day in days:
        moment = begins + timedelta(days=day)
        for _ in range(2):
            await close_idle_accounts(moment)
        rows = await Email.select(Email.kind, Email.person.address.as_alias("address")).where(Email.kind.is_in(IDLE))
        found += [(day, row["kind"], row["address"].removesuffix("@exemple.fr")) for row in rows]
        await Email.delete(force=True)
    return sorted(found)


async def is_open(person: Actor) -> bool:
    return bool(await Person.exists().where(Person.id == person.id, Person.active.eq(True)))
