"""What a digest announces: for each case, what the person may read and has not seen. Source: features.md S13.

The content is computed when the email leaves. A case is left out once it was read, erased or withdrawn, or once the
person lost the right to read it. A late notice is left out once an answer came.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor, Side
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.lateness import is_late
from app.domain.cases.permissions import CaseFacts, find_side, may_read
from app.domain.cases.thread.read_receipts import find_unread_event
from app.domain.email.outbox import OutboxItem
from app.domain.email.queue_email import EmailKind, find_audience
from app.domain.errors import NotFound
from db.tables.cases import Case

_LATE_KINDS = frozenset({EmailKind.LATE, EmailKind.LATE_MANAGER})
_NOT_ENDED_BY_READING = _LATE_KINDS | {EmailKind.UNANSWERED, EmailKind.INACTIVE}


@dataclass(frozen=True)
class DigestLine:
    """One case of a digest.

    counts is the number of events of each kind; email_ids are the rows of the outbox that the line stands for.
    """

    case_id: UUID
    sent_at: datetime
    counts: dict[EmailKind, int]
    email_ids: tuple[UUID, ...]


async def load_digest_lines(actor: Actor, news: Iterable[OutboxItem], now: datetime) -> list[DigestLine]:
    """Lines come in the order of each case's first event. Ten messages on a case make one line."""
    by_case: dict[UUID, list[OutboxItem]] = defaultdict(list)
    for email in news:
        if email.case_id:
            by_case[email.case_id].append(email)
    lines = [await _load_line(actor, case_id, emails, now) for case_id, emails in by_case.items()]
    return [line for line in lines if line]


async def _load_line(actor: Actor, case_id: UUID, news: list[OutboxItem], now: datetime) -> DigestLine | None:
    try:
        facts = await load_visible_case(actor, case_id)
    except NotFound:
        return None
    case = await Case.select(Case.sent_at, Case.reminded_at).where(Case.id == case_id).first()
    if case is None:
        return None
    unread = await find_unread_event(actor, facts) is not None
    read = [one for one in news if may_read(actor, facts, find_audience(one.kind))]
    holding = _list_holding_kinds(actor, facts, case["reminded_at"], now)
    still = [one for one in read if one.kind in holding or (unread and one.kind not in _NOT_ENDED_BY_READING)]
    if not still:
        return None
    return DigestLine(
        case_id, case["sent_at"], Counter(_group_kind(one.kind) for one in still), tuple(one.id for one in still)
    )


def _group_kind(kind: EmailKind) -> EmailKind:
    """A digest counts internal notes as messages."""
    return EmailKind.MESSAGE if kind == EmailKind.INTERNAL else kind


def _is_late_for(actor: Actor, case: CaseFacts, now: datetime) -> bool:
    """One of the actor's teams is late; for the agents' side, one of the case's."""
    as_referent = find_side(actor, case) == Side.REFERENT
    owing = case.recipient_teams.intersection(actor.list_teams(Side.REFERENT)) if as_referent else case.teams
    return any(is_late(case.teams[team].late_from, now) for team in owing)


def _list_holding_kinds(actor: Actor, case: CaseFacts, reminded_at: datetime | None, now: datetime) -> set[EmailKind]:
    """Those of _NOT_ENDED_BY_READING that are still true."""
    silent = any(team.owes_first_answer and is_late(team.late_from, now) for team in case.teams.values())
    held = {EmailKind.UNANSWERED: silent, EmailKind.INACTIVE: reminded_at is not None}
    held |= dict.fromkeys(_LATE_KINDS, _is_late_for(actor, case, now))
    return {kind for kind in held if held[kind]}
