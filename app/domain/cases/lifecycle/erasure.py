"""Deletes old drafts and erases closed cases. Source: fiche-agent.txt, « sera bientôt supprimée »; features.md S12.

An erased case keeps only its area, teams, catalogue subject, dates and outcome: no text that a person typed, no name,
file, email, reader or author. Of people, only their teams remain. The audit log has its own retention
(app/domain/audit/log.py). No search and no address finds the case. Files are deleted before the row is erased: if a run
is killed in between, the next run finishes the case.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import Or

from app.domain.audit.log import write_audit
from app.domain.case_status import Status
from app.domain.cases.lifecycle.expiry import expire_inactive_cases
from app.domain.cases.lifecycle.retention import DRAFT_RETENTION, compute_closing_cutoff
from app.domain.cases.lifecycle.survey import delete_participation
from app.domain.files.removal import bytes_removed, remove_with_case
from db.engine import purge_deleted_data, transaction
from db.tables.attachments import Attachment
from db.tables.case_links import CaseContinuation, CaseLink
from db.tables.cases import Case, CaseField
from db.tables.drafts import FormSave, MessageDraft, PendingChoices
from db.tables.email import Email
from db.tables.mandates import Mandate
from db.tables.participants import Guest, Recipient, SetAside
from db.tables.removal_requests import RemovalRequest
from db.tables.search_tokens import SearchToken
from db.tables.sms import Sms
from db.tables.thread import Event, Message, ReadReceipt

_BATCH = 500
_DELETED_TABLES = (
    RemovalRequest,
    Attachment,
    Message,
    CaseField,
    SearchToken,
    Mandate,
    PendingChoices,
    Sms,
    Email,
    MessageDraft,
    FormSave,
    ReadReceipt,
    Guest,
    SetAside,
)
_CLEARED_COLUMNS: dict[Any, Any] = {
    column: ""
    for column in (
        Case.citizen_first_name,
        Case.citizen_last_name,
        Case.citizen_birth,
        Case.subject,
        Case.description,
        Case.urgency_reason,
        Case.search_text,
        Case.search_internal,
    )
}

_CLEARED_REFERENCES: dict[Any, Any] = {Case.author: None, Case.closed_by: None, Case.number: None}


@dataclass(frozen=True)
class ErasureCounts:
    """What one run did: drafts deleted, inactive cases reminded or closed, closed cases erased."""

    drafts: int
    inactive: int
    erased: int

    @property
    def total(self) -> int:
        return self.drafts + self.inactive + self.erased


async def erase_due(now: datetime) -> ErasureCounts:
    """Expiry runs before erasure. A case that it closes is not erased the same day. A second run changes nothing."""
    done = ErasureCounts(await delete_old_drafts(now), await expire_inactive_cases(now), await erase_closed_cases(now))
    await purge_deleted_data()
    return done


async def erase_closed_cases(now: datetime) -> int:
    """Erases the cases that were closed six months ago or earlier; returns their number."""
    count = 0
    while (
        rows := await Case.select(Case.id)
        .where(Case.status == Status.CLOSED, Case.closed_at <= compute_closing_cutoff(now), Case.erased_at.is_null())
        .limit(_BATCH)
    ):
        for row in rows:
            await _erase_case(row["id"], now)
        count += len(rows)
    return count


async def _erase_case(case_id: UUID, now: datetime) -> None:
    """Events stay for their dates, without the people."""
    async with transaction():
        files = await Attachment.select(Attachment.id).where(Attachment.case == case_id)
        bytes_removed.send([row["id"] for row in files])
        await Event.update({Event.message: None, Event.actor: None, Event.other_person: None, Event.about: ""}).where(
            Event.case == case_id
        )
        for table in _DELETED_TABLES:
            await table.delete().where(table.case == case_id)
        await Recipient.update({Recipient.taken_by: None, Recipient.search_notes: ""}).where(Recipient.case == case_id)
        await CaseLink.delete().where(Or(CaseLink.first_case == case_id, CaseLink.second_case == case_id))
        await CaseContinuation.delete().where(
            Or(CaseContinuation.case == case_id, CaseContinuation.other_case == case_id)
        )
        await delete_participation(case_id)
        await Case.update({**_CLEARED_COLUMNS, **_CLEARED_REFERENCES, Case.erased_at: now}).where(Case.id == case_id)
        await write_audit("case.erased", now=now, case_id=case_id)


async def delete_old_drafts(now: datetime) -> int:
    """Deletes drafts that were not saved for 30 days; returns their number."""
    rows = await Case.select(Case.id).where(Case.status == Status.DRAFT, Case.saved_at <= now - DRAFT_RETENTION)
    for row in rows:
        async with transaction():
            await remove_with_case(row["id"])
            await Case.delete().where(Case.id == row["id"], Case.status == Status.DRAFT)
    return len(rows)
