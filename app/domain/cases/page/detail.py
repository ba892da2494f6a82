"""The state and the content of one case, without its thread."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.accounts.names import join_names
from app.domain.case_status import Status
from app.domain.cases.citizen import Citizen, decode_citizen
from app.domain.cases.draft.draft import CitizenDetail
from app.domain.cases.lifecycle.retention import compute_erasure_date
from app.domain.cases.mandate.mandate import CaseMandate
from app.domain.cases.page.recipients import CaseRecipient, decode_recipients, list_own_recipients
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.progress.standing import list_other_answers
from app.domain.cases.progress.team import compute_team_status, resolve_addressed_teams
from db.batch import BatchQuery, BoundQuery, Decoders, Row, parse_timestamp


@dataclass(frozen=True)
class CaseState:
    """The part of a case that changes while its page is open, as the actor reads it.

    For a referent, status, handled, late and irrelevant are those of their own teams. answered_by: the other
    organisations that answered, while theirs did not.
    """

    id: UUID
    status: Status
    answered_by: tuple[str, ...]
    urgent: bool
    handled: bool
    late: bool
    irrelevant: bool
    suspended: bool
    recipients: tuple[CaseRecipient, ...]

    @property
    def late_names(self) -> list[str]:
        return [one.team for one in self.recipients if one.late]

    @property
    def may_write_to_all(self) -> bool:
        """Whether a message that names no team gives the turn to one (resolve_addressed_teams)."""
        return bool(resolve_addressed_teams({one.team_id: one.progress for one in self.recipients}))

    @property
    def addressable(self) -> tuple[CaseRecipient, ...]:
        """The teams that a message of the agents' side may name; empty where a message to all says the same."""
        known = tuple(one for one in self.recipients if one.progress.is_present or not one.closed)
        return known if len(known) > 1 or not any(one.progress.is_present for one in known) else ()


@dataclass(frozen=True)
class CaseDetail(CaseState):
    number: int
    subject: str
    citizen: Citizen
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
    identity_corrected_at: datetime | None

    @property
    def has_mandate_of_former_identity(self) -> bool:
        """It stays valid: the same person gave it."""
        corrected, mandate = self.identity_corrected_at, self.mandate
        return corrected is not None and mandate is not None and mandate.attested_at <= corrected

    @property
    def erasure_date(self) -> datetime | None:
        return compute_erasure_date(self.closed_at) if self.closed_at else None


_STATE_COLUMNS = {
    "status": "c.status",
    "urgent": "c.urgent",
    "handled": "c.handled_at IS NOT NULL",
    "suspended": "c.suspended_at IS NOT NULL",
}
_STATE_CONVERTERS: Decoders = {"urgent": bool, "handled": bool, "suspended": bool}
_STATE_QUERY = BatchQuery(_STATE_COLUMNS, "cases c WHERE c.id = {}", _STATE_CONVERTERS)
_DETAIL_QUERY = BatchQuery(
    {
        **_STATE_COLUMNS,
        "number": "c.number",
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
        "corrected_at": """(SELECT max(e.happened_at) FROM event e WHERE e."case" = c.id AND e.kind = 'identity')""",
    },
    """cases c LEFT JOIN person a ON a.id = c.author JOIN team t ON t.id = c.team JOIN area z ON z.code = c.area
    LEFT JOIN category k ON k.id = c.category LEFT JOIN subject s ON s.id = c.guided_subject WHERE c.id = {}""",
    {**_STATE_CONVERTERS, "sent_at": parse_timestamp, "closed_at": parse_timestamp, "corrected_at": parse_timestamp},
)


def build_state_query(case_id: UUID) -> BoundQuery:
    return _STATE_QUERY.bind(case_id)


def build_detail_query(case_id: UUID) -> BoundQuery:
    return _DETAIL_QUERY.bind(case_id)


def decode_state(actor: Actor, case: CaseFacts, row: Row, recipient_rows: list[Row], now: datetime) -> CaseState:
    return CaseState(**_decode_state_fields(actor, case, row, recipient_rows, now))


def decode_detail(
    actor: Actor,
    case: CaseFacts,
    row: Row,
    recipient_rows: list[Row],
    details: tuple[CitizenDetail, ...],
    mandate: CaseMandate | None,
    now: datetime,
) -> CaseDetail:
    return CaseDetail(
        **_decode_state_fields(actor, case, row, recipient_rows, now),
        number=row["number"],
        subject=row["subject"],
        citizen=decode_citizen(case.id, row),
        details=details,
        category=row["category"] or "",
        guided_subject=row["guided_subject"] or "",
        description=row["description"],
        urgency_reason=row["urgency_reason"],
        author=join_names(row["author_first_name"], row["author_last_name"]),
        team=row["team"],
        area=row["area"],
        sent_at=row["sent_at"],
        closed_at=row["closed_at"],
        outcome=row["outcome"],
        mandate=mandate,
        identity_corrected_at=row["corrected_at"],
    )


def _decode_state_fields(
    actor: Actor, case: CaseFacts, row: Row, recipient_rows: list[Row], now: datetime
) -> dict[str, Any]:
    recipients = decode_recipients(recipient_rows, now)
    present = [one for one in recipients if one.progress.is_present]
    own = list_own_recipients(actor, case, present)
    read = own or present
    return {
        "id": case.id,
        "status": compute_team_status(
            Status(row["status"]), seen=any(one.progress.seen_at for one in own) if own else None
        ),
        "answered_by": list_other_answers(recipients, own),
        "urgent": row["urgent"],
        "handled": all(one.progress.handled_at for one in own) if own else row["handled"],
        "late": any(one.late for one in read),
        "irrelevant": bool(read) and all(one.progress.irrelevant_at for one in read),
        "suspended": row["suspended"],
        "recipients": recipients,
    }
