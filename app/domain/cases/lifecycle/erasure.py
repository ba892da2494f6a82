"""Erasing: what is due, and what it leaves behind. Source: the sheet, « sera bientôt supprimée »; features.md S12.

Of an erased case only figures stay: territory, teams, subject of the catalogue, dates, outcome. No word that anybody
typed, no name, no file, no letter, no reader, no author: of people, only their team. The trail keeps its own year
(app/domain/audit/log.py). No search and no address finds the case any more. Files go before the row says so: a run that
is killed in between leaves that case to the next one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.audit.log import write_audit
from app.domain.case_status import Status
from app.domain.cases.lifecycle.expiry import expire_inactive_cases
from app.domain.cases.lifecycle.retention import DRAFT_RETENTION, compute_closing_cutoff
from app.domain.cases.lifecycle.survey import delete_participation
from app.domain.files.removal import bytes_removed, remove_with_case
from db.engine import purge_deleted_data, transaction
from db.tables import (
    Attachment,
    Case,
    CaseField,
    Email,
    Event,
    FormSave,
    Guest,
    Mandate,
    Message,
    MessageDraft,
    PendingChoices,
    ReadReceipt,
    Recipient,
    SearchToken,
    Sms,
)

_BATCH = 500
_DELETED_TABLES = (
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

_CLEARED_PEOPLE: dict[Any, Any] = {Case.author: None, Case.closed_by: None}


@dataclass(frozen=True)
class ErasureCounts:
    """What one run did: drafts deleted, silent cases reminded of or closed, closed cases erased."""

    drafts: int
    inactive: int
    erased: int

    @property
    def total(self) -> int:
        return self.drafts + self.inactive + self.erased


async def erase_due(now: datetime) -> ErasureCounts:
    """All that is due, in this order: what closes today is not erased today. Again changes nothing."""
    done = ErasureCounts(await delete_old_drafts(now), await expire_inactive_cases(now), await erase_closed_cases(now))
    await purge_deleted_data()
    return done


async def erase_closed_cases(now: datetime) -> int:
    """Every case closed six months ago or more; how many."""
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
    """Events stay for their dates; who did them does not."""
    async with transaction():
        files = await Attachment.select(Attachment.id).where(Attachment.case == case_id)
        bytes_removed.send([row["id"] for row in files])
        await Event.update({Event.message: None, Event.actor: None, Event.other_person: None, Event.about: ""}).where(
            Event.case == case_id
        )
        for table in _DELETED_TABLES:
            await table.delete().where(table.case == case_id)
        await Recipient.update({Recipient.taken_by: None}).where(Recipient.case == case_id)
        await delete_participation(case_id)
        await Case.update({**_CLEARED_COLUMNS, **_CLEARED_PEOPLE, Case.erased_at: now}).where(Case.id == case_id)
        await write_audit("case.erased", now=now, case_id=case_id)


async def delete_old_drafts(now: datetime) -> int:
    """Not touched for 30 days; how many."""
    rows = await Case.select(Case.id).where(Case.status == Status.DRAFT, Case.saved_at <= now - DRAFT_RETENTION)
    for row in rows:
        async with transaction():
            await remove_with_case(row["id"])
            await Case.delete().where(Case.id == row["id"], Case.status == Status.DRAFT)
    return len(rows)
