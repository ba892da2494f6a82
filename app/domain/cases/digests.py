"""What a digest announces: for each case, what the person may read and has not seen. Source: features.md S13.

The content is computed when the email leaves. A case is left out once it was read, erased or withdrawn, once it was
closed before the person ever opened it, or once they lost the right to read it. A late notice is left out once an
answer came, the reminder of a promise once the team said where the case is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.digest_reading import DigestReading, load_digest_reading, load_team_digest_reading
from app.domain.cases.email_case import EmailCase, load_email_cases
from app.domain.cases.lifecycle.lateness import is_late
from app.domain.cases.progress.promise import is_promise_due
from app.domain.email.message_emails import load_readership
from app.domain.email.outbox import OutboxItem
from app.domain.email.queue_email import EmailKind
from db.tables.cases import Case
from db.tables.people import Person

_LATE_KINDS = frozenset({EmailKind.LATE, EmailKind.LATE_MANAGER})
_NOT_ENDED_BY_READING = _LATE_KINDS | {EmailKind.PROMISE, EmailKind.UNANSWERED, EmailKind.INACTIVE}


@dataclass(frozen=True)
class DigestLine:
    """One case of a digest.

    counts is the number of events of each kind; email_ids are the rows of the outbox that the line stands for. due:
    when the reader's teams are late. held: the reader has the case. holders: the names of the others who have it, in
    the reader's teams, in all of them for the agents' side; None where no person is expected to have it.
    """

    case_id: UUID
    sent_at: datetime
    counts: dict[EmailKind, int]
    email_ids: tuple[UUID, ...]
    case: EmailCase | None = None
    urgent: bool = False
    late: bool = False
    due: datetime | None = None
    held: bool = False
    holders: tuple[str, ...] | None = None


async def load_digest_lines(actor: Actor, news: Iterable[OutboxItem], now: datetime) -> list[DigestLine]:
    """What is due first, then what is urgent, then the order of each case's first event. One line a case."""
    lines = []
    for case_id, emails in _group_by_case(news).items():
        if reading := await load_digest_reading(actor, case_id):
            lines += await _load_line(reading, emails, now)
    return await _complete_lines(lines)


async def load_team_digest(team_id: int, news: Iterable[OutboxItem], now: datetime) -> tuple[str, list[DigestLine]]:
    """The shared address of the team, and its lines."""
    address, lines = "", list[DigestLine]()
    for case_id, emails in _group_by_case(news).items():
        if found := await load_team_digest_reading(team_id, case_id):
            address = found[0]
            lines += await _load_line(found[1], emails, now)
    return address, await _complete_lines(lines)


def _group_by_case(news: Iterable[OutboxItem]) -> dict[UUID, list[OutboxItem]]:
    by_case: dict[UUID, list[OutboxItem]] = defaultdict(list)
    for email in news:
        if email.case_id:
            by_case[email.case_id].append(email)
    return by_case


async def _load_line(reading: DigestReading, news: list[OutboxItem], now: datetime) -> list[DigestLine]:
    """One line, or none."""
    case_id = reading.facts.id
    row = await Case.select(Case.sent_at, Case.reminded_at, Case.urgent).where(Case.id == case_id).first()
    if row is None or not (still := await _list_remaining(reading, news, row["reminded_at"], now)):
        return []
    line = DigestLine(
        case_id,
        row["sent_at"],
        Counter(_group_kind(one.kind) for one in still),
        tuple(one.id for one in still),
        urgent=row["urgent"],
        late=is_late(reading.late_from, now),
        due=reading.late_from if reading.as_referent else None,
        held=reading.person_id in reading.holders,
        holders=await _load_holders(reading),
    )
    return [line]


async def _load_holders(reading: DigestReading) -> tuple[str, ...] | None:
    others = sorted(reading.holders - {reading.person_id})
    if not others:
        return () if reading.as_referent else None
    rows = await Person.select(Person.first_name, Person.last_name).where(Person.id.is_in(others)).order_by(Person.id)
    return tuple(f"{row['first_name']} {row['last_name']}" for row in rows)


async def _complete_lines(lines: list[DigestLine]) -> list[DigestLine]:
    cases = await load_email_cases([line.case_id for line in lines]) if lines else {}
    known = [replace(line, case=cases.get(line.case_id)) for line in lines]
    return sorted(known, key=_build_sort_key)


def _build_sort_key(line: DigestLine) -> tuple[bool, str, bool]:
    return line.due is None, str(line.due), not line.urgent


async def _list_remaining(
    reading: DigestReading, news: list[OutboxItem], reminded_at: datetime | None, now: datetime
) -> list[OutboxItem]:
    holding = _list_holding_kinds(reading, reminded_at, now)
    read = [one for one in news if await load_readership(one) in reading.readerships]
    return [one for one in read if one.kind in holding or (reading.unread and one.kind not in _NOT_ENDED_BY_READING)]


def _group_kind(kind: EmailKind) -> EmailKind:
    """A digest counts internal notes as messages."""
    return EmailKind.MESSAGE if kind == EmailKind.INTERNAL else kind


def _list_holding_kinds(reading: DigestReading, reminded_at: datetime | None, now: datetime) -> set[EmailKind]:
    """Those of _NOT_ENDED_BY_READING that are still true."""
    silent = any(team.owes_first_answer and is_late(team.late_from, now) for team in reading.facts.teams.values())
    held = {EmailKind.UNANSWERED: silent, EmailKind.INACTIVE: reminded_at is not None}
    held[EmailKind.PROMISE] = any(is_promise_due(reading.facts.teams[team], now) for team in reading.teams)
    held |= dict.fromkeys(_LATE_KINDS, is_late(reading.late_from, now))
    return {kind for kind in held if held[kind]}
