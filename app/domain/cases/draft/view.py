"""A draft as the wizard shows it: seen by its author alone, from any browser. Source: features.md N10."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.case_status import Status
from app.domain.cases.access import visible_case
from app.domain.cases.citizen import IDENTITY, citizen_of
from app.domain.cases.mandate.mandate import HeldMandate, mandate_of
from app.domain.cases.permissions import Action, CaseFacts, actions_for
from app.domain.errors import Conflict
from db.batch import Asked, Question, Row, alone
from db.encryption import unseal
from db.tables import Case, CaseField, CaseOrganisation


class Mode(StrEnum):
    GUIDED = "guided"
    FREE = "free"


@dataclass(frozen=True)
class Detail:
    """A further field about the citizen. unknown: « non connu » was answered."""

    label: str
    value: str
    unknown: bool = False


@dataclass(frozen=True)
class Draft:
    id: UUID
    team_id: int
    area: str
    area_name: str
    mode: Mode
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
    details: tuple[Detail, ...]
    subject: str
    description: str
    urgent: bool
    urgency_reason: str
    saved_at: datetime
    mandate: HeldMandate | None


class AlreadySent(Conflict):
    """The draft has become a case: its page is the place to go on."""

    def __init__(self, case_id: UUID) -> None:
        super().__init__("Cette demande est déjà envoyée.")
        self.case_id = case_id


async def sent_at(draft_id: UUID) -> datetime:
    """When a draft that is no more was sent."""
    row = await Case.select(Case.sent_at).where(Case.id == draft_id).first()
    assert row is not None and row["sent_at"] is not None
    return cast(datetime, row["sent_at"])


async def load_draft(actor: Actor, draft_id: UUID) -> Draft:
    """For a page. A verb holds the draft (held_draft.py), then reads it.

    Raises NotFound for anyone but its author, AlreadySent once it is a case.
    """
    check_editable(actor, await visible_case(actor, draft_id))
    return await read_draft(draft_id)


def check_editable(actor: Actor, facts: CaseFacts) -> None:
    """Raises AlreadySent."""
    if Action.EDIT_DRAFT not in actions_for(actor, facts):
        raise AlreadySent(facts.id)


async def read_draft(draft_id: UUID) -> Draft:
    """What it holds, for a caller that has checked the right to it."""
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
            *IDENTITY,
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
    row["mandate"] = await mandate_of(draft_id)
    return _draft(draft_id, row, await _organisations(draft_id), await details_of(draft_id))


def _draft(draft_id: UUID, row: dict[str, Any], organisations: frozenset[int], details: tuple[Detail, ...]) -> Draft:
    citizen = citizen_of(draft_id, {column._meta.name: row.pop(column._meta.name) for column in IDENTITY})
    known = {**row, **asdict(citizen), "mode": Mode(row["mode"])}
    known["category"] = row["category"] or ""
    known["guided_subject"] = row["guided_subject"] or ""
    known["category_withdrawn"] = row["category_withdrawn"] is not None
    known["subject_withdrawn"] = row["subject_withdrawn"] is not None
    return Draft(id=draft_id, organisations=organisations, details=details, **known)


async def _organisations(draft_id: UUID) -> frozenset[int]:
    rows = await CaseOrganisation.select(CaseOrganisation.organisation).where(CaseOrganisation.case == draft_id)
    return frozenset(row["organisation"] for row in rows)


_DETAILS = Question(
    {"id": "f.id", "label": "f.label", "value": "f.value", "unknown": "f.unknown"},
    'case_field f WHERE f."case" = {} ORDER BY f.position',
    {"unknown": bool},
)


async def details_of(case_id: UUID) -> tuple[Detail, ...]:
    """The further fields of a draft or a case, in the order they were given."""
    return details_from(await alone(details(case_id)))


def details(case_id: UUID) -> Asked:
    return _DETAILS.about(case_id)


def details_from(rows: list[Row]) -> tuple[Detail, ...]:
    return tuple(Detail(row["label"], unseal(CaseField.value, row["id"], row["value"]), row["unknown"]) for row in rows)


@dataclass(frozen=True)
class DraftLine:
    id: UUID
    title: str
    saved_at: datetime


def _cut(subject: str) -> str:
    """For a list: a draft keeps a subject that is too long (steps.py)."""
    return subject if len(subject) <= 200 else f"{subject[:199]}…"


async def drafts_of(actor: Actor) -> list[DraftLine]:
    """The actor's own drafts, the last touched first."""
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
        DraftLine(
            id=row["id"],
            title=_cut(row["subject"]) or row["guided"] or row["category.name"] or "Brouillon sans sujet",
            saved_at=row["saved_at"],
        )
        for row in rows
    ]
