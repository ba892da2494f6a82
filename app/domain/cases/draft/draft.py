"""Reads a draft as the wizard shows it, to its author only. Source: features.md N10."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.case_status import Status
from app.domain.cases.access import load_visible_case
from app.domain.cases.citizen import IDENTITY_COLUMNS, Citizen, decode_citizen
from app.domain.cases.mandate.mandate import CaseMandate, load_mandate
from app.domain.cases.permissions import Action, CaseFacts, list_allowed_actions
from app.domain.errors import Conflict
from db.batch import BatchQuery, BoundQuery, Row, fetch_query
from db.encryption import decrypt
from db.tables.cases import Case, CaseField, CaseOrganisation


class WizardMode(StrEnum):
    GUIDED = "guided"
    FREE = "free"


@dataclass(frozen=True)
class CitizenDetail:
    """One more field about the citizen. unknown: the answer is « non connu »."""

    label: str
    value: str
    unknown: bool = False


@dataclass(frozen=True)
class Draft:
    id: UUID
    team_id: int
    area: str
    area_name: str
    mode: WizardMode
    category_id: int | None
    category: str
    category_withdrawn: bool
    guided_subject_id: int | None
    guided_subject: str
    subject_withdrawn: bool
    organisations: frozenset[int]
    first_name: str
    last_name: str
    birth: str
    details: tuple[CitizenDetail, ...]
    subject: str
    description: str
    urgent: bool
    urgency_reason: str
    saved_at: datetime
    mandate: CaseMandate | None

    @property
    def citizen(self) -> Citizen:
        return Citizen(self.first_name, self.last_name, self.birth)


class AlreadySent(Conflict):
    """The draft is sent. case_id: the case page to go to."""

    def __init__(self, case_id: UUID) -> None:
        super().__init__("Cette demande est déjà envoyée.")
        self.case_id = case_id


async def load_sent_at(draft_id: UUID) -> datetime:
    """For a draft that is already sent."""
    row = await Case.select(Case.sent_at).where(Case.id == draft_id).first()
    assert row is not None and row["sent_at"] is not None
    return cast(datetime, row["sent_at"])


async def load_editable_draft(actor: Actor, draft_id: UUID) -> Draft:
    """For a page; a change calls lock_draft instead.

    Raises NotFound unless the actor is the author; AlreadySent.
    """
    check_editable(actor, await load_visible_case(actor, draft_id))
    return await read_draft(draft_id)


def check_editable(actor: Actor, facts: CaseFacts) -> None:
    """Raises AlreadySent."""
    if Action.EDIT_DRAFT not in list_allowed_actions(actor, facts):
        raise AlreadySent(facts.id)


async def read_draft(draft_id: UUID) -> Draft:
    """Checks no permission: the caller has."""
    row = await (
        Case.select(
            Case.team.as_alias("team_id"),
            Case.area,
            Case.area.name.as_alias("area_name"),
            Case.mode,
            Case.category.as_alias("category_id"),
            Case.category.name.as_alias("category"),
            Case.guided_subject.as_alias("guided_subject_id"),
            Case.guided_subject.name.as_alias("guided_subject"),
            Case.category.withdrawn_at.as_alias("category_withdrawn"),
            Case.guided_subject.withdrawn_at.as_alias("subject_withdrawn"),
            *IDENTITY_COLUMNS,
            Case.subject,
            Case.description,
            Case.urgent,
            Case.urgency_reason,
            Case.saved_at,
        )
        .where(Case.id == draft_id)
        .first()
    )
    assert row is not None
    row["mandate"] = await load_mandate(draft_id)
    return _decode_draft(draft_id, row, await _load_organisations(draft_id), await load_details(draft_id))


def _decode_draft(
    draft_id: UUID, row: dict[str, Any], organisations: frozenset[int], details: tuple[CitizenDetail, ...]
) -> Draft:
    citizen = decode_citizen(draft_id, {column._meta.name: row.pop(column._meta.name) for column in IDENTITY_COLUMNS})
    known = {**row, **asdict(citizen), "mode": WizardMode(row["mode"])}
    known["category"] = row["category"] or ""
    known["guided_subject"] = row["guided_subject"] or ""
    known["category_withdrawn"] = row["category_withdrawn"] is not None
    known["subject_withdrawn"] = row["subject_withdrawn"] is not None
    return Draft(id=draft_id, organisations=organisations, details=details, **known)


async def _load_organisations(draft_id: UUID) -> frozenset[int]:
    rows = await CaseOrganisation.select(CaseOrganisation.organisation).where(CaseOrganisation.case == draft_id)
    return frozenset(row["organisation"] for row in rows)


_DETAILS_QUERY = BatchQuery(
    {"id": "f.id", "label": "f.label", "value": "f.value", "unknown": "f.unknown"},
    'case_field f WHERE f."case" = {} ORDER BY f.position',
    {"unknown": bool},
)


async def load_details(case_id: UUID) -> tuple[CitizenDetail, ...]:
    """The fields of a draft or a case, in the order in which they were entered."""
    return decode_details(await fetch_query(build_details_query(case_id)))


def build_details_query(case_id: UUID) -> BoundQuery:
    return _DETAILS_QUERY.bind(case_id)


def decode_details(rows: list[Row]) -> tuple[CitizenDetail, ...]:
    return tuple(
        CitizenDetail(row["label"], decrypt(CaseField.value, row["id"], row["value"]), row["unknown"]) for row in rows
    )


@dataclass(frozen=True)
class DraftSummary:
    id: UUID
    title: str
    saved_at: datetime


def _shorten_subject(subject: str) -> str:
    """A draft may have a subject that is too long to be sent (steps.py)."""
    return subject if len(subject) <= 200 else f"{subject[:199]}…"


async def list_drafts(actor: Actor) -> list[DraftSummary]:
    """The actor's own drafts, the last saved first."""
    rows = await (
        Case.select(
            Case.id,
            Case.subject,
            Case.guided_subject.name.as_alias("guided"),
            Case.category.name,
            Case.saved_at,
        )
        .where(Case.author == actor.id, Case.status == Status.DRAFT)
        .order_by(Case.saved_at, ascending=False)
    )
    return [
        DraftSummary(
            id=row["id"],
            title=_shorten_subject(row["subject"]) or row["guided"] or row["category.name"] or "Brouillon sans sujet",
            saved_at=row["saved_at"],
        )
        for row in rows
    ]
