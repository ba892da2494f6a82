"""What a digest still has to tell: case by case, what the person may open, and has not seen for themselves.

Asked when the letter leaves: whoever lost the right, an erased or a withdrawn case, what was read in the meantime, an
answer that came, are not announced any more. Source: features.md S13.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.access import visible_case
from app.domain.cases.lifecycle.lateness import is_late
from app.domain.cases.permissions import may_read
from app.domain.cases.thread.read_receipts import unread_event
from app.domain.email.outbox import News
from app.domain.email.queue_email import LetterKind, audience_of
from app.domain.errors import NotFound
from db.tables import Case

_LATENESS = frozenset({LetterKind.LATE, LetterKind.LATE_MANAGER})


@dataclass(frozen=True)
class Line:
    """One case: when it was sent, what happened and how many times, the rows that say so."""

    case_id: UUID
    sent_at: datetime
    happened: dict[LetterKind, int]
    letters: tuple[UUID, ...]


async def lines_of(actor: Actor, news: Iterable[News], now: datetime) -> list[Line]:
    """In the order in which things happened; ten messages on a case are one line."""
    by_case: dict[UUID, list[News]] = defaultdict(list)
    for told in news:
        if told.case_id:
            by_case[told.case_id].append(told)
    lines = [await _line(actor, case_id, told, now) for case_id, told in by_case.items()]
    return [line for line in lines if line]


async def _line(actor: Actor, case_id: UUID, news: list[News], now: datetime) -> Line | None:
    try:
        facts = await visible_case(actor, case_id)
    except NotFound:
        return None
    case = await Case.select(Case.sent_at, Case.late_from, Case.reminded_at).where(Case.id == case_id).first()
    if case is None:
        return None
    unread = await unread_event(actor, facts) is not None
    read = [one for one in news if may_read(actor, facts, audience_of(one.kind))]
    still = [one for one in read if _still_true(one.kind, case, unread=unread, now=now)]
    if not still:
        return None
    return Line(case_id, case["sent_at"], Counter(_counted(one.kind) for one in still), tuple(one.id for one in still))


def _counted(kind: LetterKind) -> LetterKind:
    """A message between referents is a message among the others."""
    return LetterKind.MESSAGE if kind == LetterKind.APART else kind


def _still_true(kind: LetterKind, case: dict[str, Any], *, unread: bool, now: datetime) -> bool:
    """Reading changes nothing to a delay that runs."""
    if kind in _LATENESS:
        return is_late(case["late_from"], now)
    if kind == LetterKind.SILENT:
        return case["reminded_at"] is not None
    return unread
