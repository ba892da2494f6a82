"""Which mailboxes refuse emails: of people, and the shared addresses of teams (app/domain/email/undelivered.py)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from piccolo.query.methods.select import Select

from db.tables.undelivered import Undelivered


@dataclass(frozen=True)
class DeadMailbox:
    """reason: a class of app/domain/email/failure.py."""

    since: datetime
    reason: str


def build_undelivered_query() -> "Select[Undelivered]":
    """The people whose mailbox refuses emails."""
    return Undelivered.select(Undelivered.person).where(
        Undelivered.person.is_not_null(), Undelivered.lifted_at.is_null()
    )


async def find_dead_mailboxes(people: Collection[int]) -> dict[int, DeadMailbox]:
    """Person -> their dead mailbox. Those whom emails reach are absent."""
    if not people:
        return {}
    rows = await Undelivered.select(Undelivered.person, Undelivered.since, Undelivered.reason).where(
        Undelivered.person.is_in(sorted(people)), Undelivered.lifted_at.is_null()
    )
    return {row["person"]: DeadMailbox(row["since"], row["reason"]) for row in rows}


async def find_dead_shared_address(team_id: int) -> DeadMailbox | None:
    row = await (
        Undelivered.select(Undelivered.since, Undelivered.reason)
        .where(Undelivered.team == team_id, Undelivered.lifted_at.is_null())
        .first()
    )
    return DeadMailbox(**row) if row else None


async def clear_undelivered(person_id: int, now: datetime) -> None:
    """The person logged in, or their address changed. Inside the caller's transaction."""
    await Undelivered.update({Undelivered.lifted_at: now}).where(
        Undelivered.person == person_id, Undelivered.lifted_at.is_null()
    )


async def clear_undelivered_team(team_id: int, now: datetime) -> None:
    """The shared address changed. Inside the caller's transaction."""
    await Undelivered.update({Undelivered.lifted_at: now}).where(
        Undelivered.team == team_id, Undelivered.lifted_at.is_null()
    )
