"""One gesture on several cases: each by the one verb of a case, with its own check of rights. Source: features.md W7.

Each case has a transaction of its own. A case that cannot is left as it is and does not undo the others, which are
done; a gesture that is cut short has done whole cases, and the same form again does the rest. No transaction waits for
a second case while it holds a first, so that two gestures on the same cases never block each other for ever; and the
lock of the order of events (events.py) is held for one case, not for thirty.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.assignment import assign, give_back, take_charge
from app.domain.cases.lifecycle.set_aside import set_aside, undo_setting_aside
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.email.merging import merge_emails
from app.domain.errors import DomainError, Invalid

MOST = 50
"""Cases at once: more than a page of the list has."""
_TOO_MANY = f"Cochez {MOST} demandes au plus à la fois."
_NONE = "Cochez d’abord une ou plusieurs demandes, puis choisissez ce qu’il faut en faire."


@dataclass(frozen=True)
class Several:
    """done: each changed case, with what its undo needs beside its id. unchanged: it was so already. left: why not."""

    done: dict[UUID, str]
    unchanged: tuple[UUID, ...]
    left: dict[UUID, DomainError]


def check_chosen(case_ids: Iterable[UUID]) -> list[UUID]:
    """Each once, in the order of the form. Raises Invalid for none, and for more than MOST."""
    chosen = list(dict.fromkeys(case_ids))
    if not chosen or len(chosen) > MOST:
        raise Invalid(demande=_TOO_MANY if chosen else _NONE)
    return chosen


async def run_each(case_ids: Iterable[UUID], verb: Callable[[UUID], Awaitable[str | None]]) -> Several:
    """verb returns what its undo needs, None when it changed nothing. Raises Invalid if the form suits no case."""
    done: dict[UUID, str] = {}
    unchanged: list[UUID] = []
    left: dict[UUID, DomainError] = {}
    for case_id in check_chosen(case_ids):
        try:
            former = await verb(case_id)
        except DomainError as refused:
            left[case_id] = refused
            continue
        if former is None:
            unchanged.append(case_id)
        else:
            done[case_id] = former
    wrong = next((error for error in left.values() if isinstance(error, Invalid)), None)
    if wrong and not done and not unchanged:
        raise wrong
    return Several(done, tuple(unchanged), left)


async def take_several(actor: Actor, case_ids: Iterable[UUID], now: datetime) -> Several:
    """What a colleague has stays theirs."""

    async def take(case_id: UUID) -> str | None:
        return "" if await take_charge(actor, case_id, now, only_free=True) else None

    return await run_each(case_ids, take)


async def undo_taking_several(actor: Actor, done: Iterable[UUID], now: datetime) -> Several:
    """Gives back those that the actor still has."""

    async def give(case_id: UUID) -> str | None:
        return "" if await give_back(actor, case_id, now, only_own=True) else None

    return await run_each(done, give)


async def give_several(actor: Actor, case_ids: Iterable[UUID], person_id: int | None, now: datetime) -> Several:
    """The colleague gets one email for all."""

    async def give(case_id: UUID) -> str | None:
        return "" if await assign(actor, case_id, person_id, now) else None

    with merge_emails(now):
        return await run_each(case_ids, give)


async def transfer_several(
    actor: Actor, case_ids: Iterable[UUID], team_id: int | None, reason: str, now: datetime
) -> Several:
    """Each person and each shared address that is notified gets one email for all."""

    async def move(case_id: UUID) -> str | None:
        await transfer(actor, case_id, team_id, reason, now)
        return ""

    with merge_emails(now):
        return await run_each(case_ids, move)


async def set_several_aside(
    actor: Actor, case_ids: Iterable[UUID], day: date | None, now: datetime, *, for_team: bool
) -> Several:
    async def put(case_id: UUID) -> str | None:
        former = await set_aside(actor, case_id, day, now, for_team=for_team)
        return former.isoformat() if former else ""

    return await run_each(case_ids, put)


async def undo_setting_several_aside(
    actor: Actor, done: Mapping[UUID, str], day: date | None, now: datetime, *, for_team: bool
) -> Several:
    async def restore(case_id: UUID) -> str | None:
        former = _parse_day(done[case_id])
        undone = day and await undo_setting_aside(actor, case_id, day, former, now, for_team=for_team)
        return "" if undone else None

    return await run_each(done, restore)


def _parse_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
