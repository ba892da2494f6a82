"""Moves the rows that belong to a person from one account to another, where each case has one row a person.

test_account_rows.py lists every column that names a person, and says whether it moves.
"""

from typing import Any

from piccolo.columns import ForeignKey
from piccolo.table import Table

from app.domain.case_status import OPEN_STATUSES, Status
from db.tables.absences import Absence
from db.tables.attachments import Attachment
from db.tables.cases import Case
from db.tables.drafts import FormSave, MessageDraft
from db.tables.email import Email
from db.tables.members import Invitation
from db.tables.participants import Guest, Recipient, SetAside
from db.tables.phrases import Phrase
from db.tables.removal_requests import RemovalRequest
from db.tables.thread import ReadReceipt

_ONE_A_CASE = (Guest, MessageDraft, ReadReceipt)
_OPEN = [Status.DRAFT, *OPEN_STATUSES]
"""Handed over by members/handover.py."""


async def move_rows(ends: int, stays: int) -> None:
    """Inside the caller's transaction."""
    await _keep_highest_reading(ends, stays)
    await _keep_latest_draft(ends, stays)
    for table in _ONE_A_CASE:
        await _move(table.person, ends, stays, table.case)
    await _move_set_asides(ends, stays)
    await _move_emails(ends, stays)
    await _move_absence(ends, stays)
    await _move_own_rows(ends, stays)


async def _move(column: ForeignKey[Any], ends: int, stays: int, key: ForeignKey[Any]) -> None:
    """Where the other account has a row of the same key, that one stays."""
    table: type[Table] = column._meta.table
    await table.delete().where(column == ends, key.is_in(table.select(key).where(column == stays)))
    await table.update({column: stays}).where(column == ends)


async def _keep_highest_reading(ends: int, stays: int) -> None:
    read = {row["case"]: row for row in await ReadReceipt.select().where(ReadReceipt.person == ends)}
    for row in await ReadReceipt.select().where(ReadReceipt.person == stays):
        other = read.get(row["case"])
        if other and other["last_event"] > row["last_event"]:
            await ReadReceipt.update(
                {ReadReceipt.last_event: other["last_event"], ReadReceipt.read_at: other["read_at"]}
            ).where(ReadReceipt.id == row["id"])


async def _keep_latest_draft(ends: int, stays: int) -> None:
    typed = {row["case"]: row for row in await MessageDraft.select().where(MessageDraft.person == ends)}
    for row in await MessageDraft.select().where(MessageDraft.person == stays):
        if row["case"] in typed and typed[row["case"]]["saved_at"] > row["saved_at"]:
            await MessageDraft.delete().where(MessageDraft.id == row["id"])


async def _move_set_asides(ends: int, stays: int) -> None:
    own = {(row["case"], row["team"]) for row in await SetAside.select().where(SetAside.person == stays)}
    for row in await SetAside.select().where(SetAside.person == ends):
        if (row["case"], row["team"]) in own:
            await SetAside.delete().where(SetAside.id == row["id"])
    await SetAside.update({SetAside.person: stays}).where(SetAside.person == ends)


async def _move_emails(ends: int, stays: int) -> None:
    """Those about a case that wait: one email about one thing. Those about the account are not sent any more."""
    waiting = [Email.state == "waiting", Email.case.is_not_null()]
    own = {_read_subject(row) for row in await Email.select().where(Email.person == stays, *waiting)}
    rows = await Email.select().where(Email.person == ends, *waiting)
    moved = [row["id"] for row in rows if _read_subject(row) not in own]
    if moved:
        await Email.update({Email.person: stays}).where(Email.id.is_in(moved))
    await Email.update({Email.state: "cancelled"}).where(Email.person == ends, *waiting)


def _read_subject(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["kind"], row["case"], row["message"], row["written_at"]


async def _move_absence(ends: int, stays: int) -> None:
    """A person does not replace themselves."""
    if await Absence.exists().where(Absence.person == stays):
        await Absence.delete().where(Absence.person == ends)
    await Absence.update({Absence.person: stays}).where(Absence.person == ends)
    await Absence.update({Absence.replacement: stays}).where(Absence.replacement == ends)
    await Absence.update({Absence.replacement: None}).where(Absence.person == stays, Absence.replacement == stays)


async def _move_own_rows(ends: int, stays: int) -> None:
    """What no other row of the same case stands in the way of."""
    await FormSave.update({FormSave.person: stays}).where(FormSave.person == ends)
    await Phrase.update({Phrase.person: stays}).where(Phrase.person == ends)
    await Invitation.update({Invitation.invited_by: stays}).where(
        Invitation.invited_by == ends, Invitation.used_at.is_null()
    )
    await Attachment.update({Attachment.uploader: stays}).where(
        Attachment.uploader == ends, Attachment.posted_at.is_null()
    )
    await Recipient.update({Recipient.taken_by: stays}).where(Recipient.taken_by == ends)
    await RemovalRequest.update({RemovalRequest.asked_by: stays}).where(RemovalRequest.asked_by == ends)
    await Case.update({Case.closed_by: stays}).where(Case.closed_by == ends)
    await Case.update({Case.author: stays}).where(Case.author == ends, Case.status.not_in(_OPEN))
