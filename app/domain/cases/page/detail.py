"""A case as its page shows it: where it stands, and what everybody on it reads of it beside the thread."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.case_status import Status
from app.domain.cases.citizen import citizen_of
from app.domain.cases.draft.view import Detail
from app.domain.cases.lifecycle.lateness import is_late
from app.domain.cases.lifecycle.retention import erased_from
from app.domain.cases.mandate.mandate import HeldMandate
from db.batch import Asked, Question, Reads, Row, moment


@dataclass(frozen=True)
class Receiver:
    """taken_by: the name of who takes care of it there."""

    team: str
    acronym: str
    seen_at: datetime | None
    taken_by_id: int | None
    taken_by: str
    irrelevant: bool


@dataclass(frozen=True)
class Standing:
    """What changes as a case goes on."""

    id: UUID
    status: Status
    urgent: bool
    handled: bool
    late: bool
    suspended: bool
    receivers: tuple[Receiver, ...]

    @property
    def irrelevant(self) -> bool:
        return any(receiver.irrelevant for receiver in self.receivers)


@dataclass(frozen=True)
class CaseDetail(Standing):
    subject: str
    citizen: str
    birth: str
    details: tuple[Detail, ...]
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
    mandate: HeldMandate | None

    @property
    def erased_from(self) -> datetime | None:
        return erased_from(self.closed_at) if self.closed_at else None


_RECEIVERS = Question(
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
    {"seen_at": moment, "irrelevant": bool},
)
_STANDING = {
    "status": "c.status",
    "urgent": "c.urgent",
    "handled": "c.handled_at IS NOT NULL",
    "late_from": "c.late_from",
    "suspended": "c.suspended_at IS NOT NULL",
}
_READ: Reads = {"urgent": bool, "handled": bool, "late_from": moment, "suspended": bool}
_STANDINGS = Question(_STANDING, "cases c WHERE c.id = {}", _READ)
_DETAILED = Question(
    {
        **_STANDING,
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
    {**_READ, "sent_at": moment, "closed_at": moment},
)


def standing(case_id: UUID) -> Asked:
    return _STANDINGS.about(case_id)


def detailed(case_id: UUID) -> Asked:
    return _DETAILED.about(case_id)


def receivers(case_id: UUID) -> Asked:
    return _RECEIVERS.about(case_id)


def standing_from(case_id: UUID, row: Row, received: list[Row], now: datetime) -> Standing:
    return Standing(**_standing(case_id, row, received, now))


def detail_from(
    case_id: UUID,
    row: Row,
    received: list[Row],
    details: tuple[Detail, ...],
    mandate: HeldMandate | None,
    now: datetime,
) -> CaseDetail:
    citizen = citizen_of(case_id, row)
    return CaseDetail(
        **_standing(case_id, row, received, now),
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


def _standing(case_id: UUID, row: Row, received: list[Row], now: datetime) -> dict[str, Any]:
    return {
        "id": case_id,
        "status": Status(row["status"]),
        "urgent": row["urgent"],
        "handled": row["handled"],
        "late": is_late(row["late_from"], now),
        "suspended": row["suspended"],
        "receivers": tuple(_receiver(one) for one in received),
    }


def _receiver(row: Row) -> Receiver:
    return Receiver(
        team=row["team"],
        acronym=row["acronym"],
        seen_at=row["seen_at"],
        taken_by_id=row["taken_by_id"],
        taken_by=f"{row['first_name'] or ''} {row['last_name'] or ''}".strip(),
        irrelevant=row["irrelevant"],
    )
