"""The state and the content of one case, without its thread."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.case_status import Status
from app.domain.cases.citizen import decode_citizen
from app.domain.cases.draft.draft import CitizenDetail
from app.domain.cases.lifecycle.lateness import is_late
from app.domain.cases.lifecycle.retention import compute_erasure_date
from app.domain.cases.mandate.mandate import CaseMandate
from db.batch import BatchQuery, BoundQuery, Decoders, Row, parse_timestamp


@dataclass(frozen=True)
class CaseRecipient:
    """taken_by is the name of the member who said « Je m’en occupe », empty when there is none."""

    team: str
    acronym: str
    seen_at: datetime | None
    taken_by_id: int | None
    taken_by: str
    irrelevant: bool


@dataclass(frozen=True)
class CaseState:
    """The part of a case that changes while its page is open."""

    id: UUID
    status: Status
    urgent: bool
    handled: bool
    late: bool
    suspended: bool
    recipients: tuple[CaseRecipient, ...]

    @property
    def irrelevant(self) -> bool:
        return any(receiver.irrelevant for receiver in self.recipients)


@dataclass(frozen=True)
class CaseDetail(CaseState):
    subject: str
    citizen: str
    birth: str
    details: tuple[CitizenDetail, ...]
    category: str
    guided_subject: str
    description: str
    urgency_reason: str
    author: str
    team: str
    area: str
    sent_at: datetime
    closed_at: datetime | None
    outcome: str
    mandate: CaseMandate | None

    @property
    def erasure_date(self) -> datetime | None:
        return compute_erasure_date(self.closed_at) if self.closed_at else None


_RECIPIENTS_QUERY = BatchQuery(
    {
        "team": "t.name",
        "acronym": "o.acronym",
        "seen_at": "r.seen_at",
        "taken_by_id": "r.taken_by",
        "first_name": "p.first_name",
        "last_name": "p.last_name",
        "irrelevant": "r.irrelevant_at IS NOT NULL",
    },
    """recipient r JOIN team t ON t.id = r.team JOIN organisation o ON o.id = t.organisation
    LEFT JOIN person p ON p.id = r.taken_by WHERE r."case" = {} ORDER BY r.id""",
    {"seen_at": parse_timestamp, "irrelevant": bool},
)
_STATE_COLUMNS = {
    "status": "c.status",
    "urgent": "c.urgent",
    "handled": "c.handled_at IS NOT NULL",
    "late_from": "c.late_from",
    "suspended": "c.suspended_at IS NOT NULL",
}
_STATE_CONVERTERS: Decoders = {"urgent": bool, "handled": bool, "late_from": parse_timestamp, "suspended": bool}
_STATE_QUERY = BatchQuery(_STATE_COLUMNS, "cases c WHERE c.id = {}", _STATE_CONVERTERS)
_DETAIL_QUERY = BatchQuery(
    {
        **_STATE_COLUMNS,
        "subject": "c.subject",
        "citizen_first_name": "c.citizen_first_name",
        "citizen_last_name": "c.citizen_last_name",
        "citizen_birth": "c.citizen_birth",
        "category": "k.name",
        "guided_subject": "s.name",
        "description": "c.description",
        "urgency_reason": "c.urgency_reason",
        "author_first_name": "a.first_name",
        "author_last_name": "a.last_name",
        "team": "t.name",
        "area": "z.name",
        "sent_at": "c.sent_at",
        "closed_at": "c.closed_at",
        "outcome": "c.outcome",
    },
    """cases c LEFT JOIN person a ON a.id = c.author JOIN team t ON t.id = c.team JOIN area z ON z.code = c.area
    LEFT JOIN category k ON k.id = c.category LEFT JOIN subject s ON s.id = c.guided_subject WHERE c.id = {}""",
    {**_STATE_CONVERTERS, "sent_at": parse_timestamp, "closed_at": parse_timestamp},
)


def build_state_query(case_id: UUID) -> BoundQuery:
    return _STATE_QUERY.bind(case_id)


def build_detail_query(case_id: UUID) -> BoundQuery:
    return _DETAIL_QUERY.bind(case_id)


def build_recipients_query(case_id: UUID) -> BoundQuery:
    return _RECIPIENTS_QUERY.bind(case_id)


def decode_state(case_id: UUID, row: Row, recipient_rows: list[Row], now: datetime) -> CaseState:
    return CaseState(**_decode_state_fields(case_id, row, recipient_rows, now))


def decode_detail(
    case_id: UUID,
    row: Row,
    recipient_rows: list[Row],
    details: tuple[CitizenDetail, ...],
    mandate: CaseMandate | None,
    now: datetime,
) -> CaseDetail:
    citizen = decode_citizen(case_id, row)
    return CaseDetail(
        **_decode_state_fields(case_id, row, recipient_rows, now),
        subject=row["subject"],
        citizen=citizen.name,
        birth=citizen.birth,
        details=details,
        category=row["category"] or "",
        guided_subject=row["guided_subject"] or "",
        description=row["description"],
        urgency_reason=row["urgency_reason"],
        author=f"{row['author_first_name'] or ''} {row['author_last_name'] or ''}".strip(),
        team=row["team"],
        area=row["area"],
        sent_at=row["sent_at"],
        closed_at=row["closed_at"],
        outcome=row["outcome"],
        mandate=mandate,
    )


def _decode_state_fields(case_id: UUID, row: Row, recipient_rows: list[Row], now: datetime) -> dict[str, Any]:
    return {
        "id": case_id,
        "status": Status(row["status"]),
        "urgent": row["urgent"],
        "handled": row["handled"],
        "late": is_late(row["late_from"], now),
        "suspended": row["suspended"],
        "recipients": tuple(_decode_recipient(one) for one in recipient_rows),
    }


def _decode_recipient(row: Row) -> CaseRecipient:
    return CaseRecipient(
        team=row["team"],
        acronym=row["acronym"],
        seen_at=row["seen_at"],
        taken_by_id=row["taken_by_id"],
        taken_by=f"{row['first_name'] or ''} {row['last_name'] or ''}".strip(),
        irrelevant=row["irrelevant"],
    )
