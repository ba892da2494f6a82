"""A case as its page shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.cases.citizen import IDENTITY, citizen_of
from app.domain.cases.draft import Detail, details_of
from app.domain.cases.lateness import is_late
from app.domain.cases.retention import erased_from
from app.domain.cases.statuses import Status
from app.domain.mandates.mandate import HeldMandate, mandate_of
from app.domain.permissions import CaseFacts
from db.tables import Case, Recipient


@dataclass(frozen=True)
class Receiver:
    team: str
    acronym: str
    seen_at: datetime | None
    taken_by: str
    irrelevant: bool


@dataclass(frozen=True)
class CaseDetail:
    id: UUID
    status: Status
    subject: str
    citizen: str
    birth: str
    details: tuple[Detail, ...]
    category: str
    guided_subject: str
    description: str
    urgent: bool
    urgency_reason: str
    author: str
    team: str
    area: str
    sent_at: datetime
    closed_at: datetime | None
    outcome: str
    handled: bool
    late: bool
    receivers: tuple[Receiver, ...]
    mandate: HeldMandate | None

    @property
    def erased_from(self) -> datetime | None:
        return erased_from(self.closed_at) if self.closed_at else None

    @property
    def irrelevant(self) -> bool:
        return any(receiver.irrelevant for receiver in self.receivers)


_DETAIL = (
    Case.status,
    Case.subject,
    *IDENTITY,
    Case.category.name.as_alias("category"),
    Case.guided_subject.name.as_alias("guided_subject"),
    Case.description,
    Case.urgent,
    Case.urgency_reason,
    Case.author.first_name.as_alias("author_first_name"),
    Case.author.last_name.as_alias("author_last_name"),
    Case.team.name.as_alias("team"),
    Case.area.name.as_alias("area"),
    Case.sent_at,
    Case.closed_at,
    Case.outcome,
    Case.handled_at,
    Case.late_from,
)
_RECEIVER = (
    Recipient.team.name.as_alias("team"),
    Recipient.team.organisation.acronym.as_alias("acronym"),
    Recipient.seen_at,
    Recipient.taken_by.first_name.as_alias("first_name"),
    Recipient.taken_by.last_name.as_alias("last_name"),
    Recipient.irrelevant_at,
)
"""Made once: following keys costs Piccolo more than the queries."""


async def load_detail(case: CaseFacts, now: datetime) -> CaseDetail:
    """For whoever has passed visible_case or open_case."""
    row = await Case.select(*_DETAIL).where(Case.id == case.id).first()
    assert row is not None
    row["mandate"] = await mandate_of(case.id)
    row["late"] = is_late(row["late_from"], now)
    return _detail(case.id, row, await details_of(case.id), await _receivers(case.id))


def _detail(
    case_id: UUID, row: dict[str, Any], details: tuple[Detail, ...], receivers: tuple[Receiver, ...]
) -> CaseDetail:
    citizen = citizen_of(case_id, row)
    return CaseDetail(
        id=case_id,
        status=Status(row["status"]),
        subject=row["subject"],
        citizen=citizen.name,
        birth=citizen.birth,
        details=details,
        category=row["category"] or "",
        guided_subject=row["guided_subject"] or "",
        description=row["description"],
        urgent=row["urgent"],
        urgency_reason=row["urgency_reason"],
        author=f"{row['author_first_name']} {row['author_last_name']}",
        team=row["team"],
        area=row["area"],
        sent_at=row["sent_at"],
        closed_at=row["closed_at"],
        outcome=row["outcome"],
        handled=row["handled_at"] is not None,
        late=row["late"],
        receivers=receivers,
        mandate=row["mandate"],
    )


async def _receivers(case_id: UUID) -> tuple[Receiver, ...]:
    rows = await Recipient.select(*_RECEIVER).where(Recipient.case == case_id).order_by(Recipient.id)
    return tuple(
        Receiver(
            team=row["team"],
            acronym=row["acronym"],
            seen_at=row["seen_at"],
            taken_by=f"{row['first_name'] or ''} {row['last_name'] or ''}".strip(),
            irrelevant=row["irrelevant_at"] is not None,
        )
        for row in rows
    )
