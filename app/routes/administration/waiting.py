"""What waits for a person on « Administration »: each count is one statement, and is made for their duties alone."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, list_duties
from app.domain.imports.listing import count_ready_imports
from app.domain.operations.health import count_lost_emails
from app.domain.operations.last_backup import MAX_AGE, find_backup_age
from app.domain.people.listing import PersonView, count_people
from app.domain.signup.decision import count_applicants
from app.domain.teams.listing import count_unreachable
from app.text.labels.administration import Waiting

_COUNTS: tuple[tuple[Duty, Waiting, Callable[[Actor], Awaitable[int]]], ...] = (
    (Duty.DECIDE_SIGNUPS, Waiting.SIGNUPS, count_applicants),
    (Duty.MANAGE_TEAMS, Waiting.UNREACHABLE, count_unreachable),
    (Duty.MANAGE_MEMBERS, Waiting.UNREACHABLE_PEOPLE, partial(count_people, view=PersonView.UNREACHABLE)),
    (Duty.MANAGE_MEMBERS, Waiting.TO_ERASE, partial(count_people, view=PersonView.TO_ERASE)),
    (Duty.IMPORT, Waiting.IMPORTS, count_ready_imports),
    (Duty.RUN_PLATFORM, Waiting.LOST_EMAILS, lambda actor: count_lost_emails()),
)
"""In the order of the page. One line more shows one more count, with its words in app/text/labels/administration.py."""


async def list_waiting(actor: Actor) -> list[tuple[Waiting, int]]:
    """Without those of which nothing waits."""
    duties = list_duties(actor)
    counted = [(waiting, await count(actor)) for duty, waiting, count in _COUNTS if duty in duties]
    return [(waiting, count) for waiting, count in counted if count]


@dataclass(frozen=True)
class LastBackup:
    """made_at: None where none is known; the operator may make copies in another way."""

    made_at: datetime | None
    is_old: bool = False


async def find_last_backup(actor: Actor, now: datetime) -> LastBackup | None:
    """For who runs the platform. None for others."""
    if Duty.RUN_PLATFORM not in list_duties(actor):
        return None
    age = await find_backup_age(now)
    return LastBackup(None) if age is None else LastBackup(now - age, is_old=age > MAX_AGE)
