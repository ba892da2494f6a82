"""Gives a file to those who may read its case; of an internal note to its referents, of a team's to the team.

The same NotFound answers for a missing file, for one that is not sent yet, and to a person without the right.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.audience import Audience
from app.domain.audit.log import write_audit
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.opening import open_case
from app.domain.cases.permissions import CaseFacts, may_read
from app.domain.cases.readable_lines import build_readable_lines_sql, list_read_values
from app.domain.errors import AccessEnded, Conflict, Forbidden, NotFound
from app.domain.files.file_digest import decrypt_digest
from app.domain.files.file_type import TYPES_WITH_PREVIEW, MediaType
from app.domain.files.scan_state import AVAILABLE_STATES, ScanState
from db.batch import BatchQuery, BoundQuery, Row, fetch_query
from db.encryption import decrypt
from db.tables.attachments import Attachment

_NOT_FOUND = "Ce fichier n’existe pas, ou ne vous a pas été adressé."
_UNAVAILABLE_REASONS = {
    ScanState.WAITING: "L’antivirus analyse encore ce fichier. Réessayez dans un instant.",
    ScanState.FAILED: "L’antivirus n’a pas pu analyser ce fichier : il n’est pas distribué. Demandez une autre forme.",
    ScanState.INFECTED: "L’antivirus a trouvé un virus dans ce fichier : il a été supprimé.",
}


@dataclass(frozen=True)
class AttachedFile:
    """Describes a file for a list of files."""

    id: UUID
    case_id: UUID
    message_id: int | None
    uploader: int
    mandate: bool
    name: str
    media_type: MediaType
    size: int
    scan: ScanState
    audience: Audience
    digest: str = ""
    """SHA-256 of the bytes; open_for_download alone fills it."""

    @property
    def is_available(self) -> bool:
        return self.scan in AVAILABLE_STATES

    @property
    def has_preview(self) -> bool:
        return self.is_available and self.media_type in TYPES_WITH_PREVIEW


@dataclass(frozen=True)
class CaseAttachments:
    """The files of a case that an actor may read. by_message: message id -> its files."""

    sent_with_case: tuple[AttachedFile, ...]
    mandate: tuple[AttachedFile, ...]
    by_message: dict[int, tuple[AttachedFile, ...]]


_COLUMNS = (
    Attachment.id,
    Attachment.case.as_alias("case_id"),
    Attachment.message.as_alias("message_id"),
    Attachment.uploader,
    Attachment.mandate,
    Attachment.name,
    Attachment.media_type,
    Attachment.size,
    Attachment.scan,
    Attachment.audience,
)


def _decode_file(row: dict[str, Any]) -> AttachedFile:
    known = {"name": decrypt(Attachment.name, row["id"], row["name"]), "media_type": MediaType(row["media_type"])}
    return AttachedFile(**{**row, **known, "scan": ScanState(row["scan"]), "audience": Audience(row["audience"])})


_QUERY_COLUMNS = {
    "id": "f.id",
    "case_id": 'f."case"',
    "message_id": "f.message",
    "uploader": "f.uploader",
    "mandate": "f.mandate",
    "name": "f.name",
    "media_type": "f.media_type",
    "size": "f.size",
    "scan": "f.scan",
    "audience": "f.audience",
}
_QUERY_DECODERS = {"id": UUID, "case_id": UUID, "mandate": bool}
_READABLE_FILES_SQL = f"attachment f WHERE f.posted_at IS NOT NULL AND {build_readable_lines_sql('f')}"
_ATTACHMENTS_QUERY = BatchQuery(_QUERY_COLUMNS, f"{_READABLE_FILES_SQL} ORDER BY f.begun_at, f.id", _QUERY_DECODERS)
_NEW_ATTACHMENTS_QUERY = BatchQuery(
    _QUERY_COLUMNS,
    f"""{_READABLE_FILES_SQL} AND f.message IN (SELECT e.message FROM event e WHERE e."case" = f."case" AND e.id > {{}})
    ORDER BY f.begun_at, f.id""",  # noqa: S608 # nosec B608
    _QUERY_DECODERS,
)
_UNSENT_ATTACHMENTS_QUERY = BatchQuery(
    _QUERY_COLUMNS,
    """attachment f WHERE f."case" = {} AND f.uploader = {} AND f.mandate = {} AND f.posted_at IS NULL
    AND f.digest <> '' ORDER BY f.begun_at, f.id""",
    _QUERY_DECODERS,
)


def build_attachments_query(actor: Actor, case: CaseFacts) -> BoundQuery:
    """Selects the files in the order in which their uploads began."""
    return _ATTACHMENTS_QUERY.bind(*list_read_values(actor, case))


def build_new_attachments_query(actor: Actor, case: CaseFacts, after: int) -> BoundQuery:
    """Selects the files of messages whose event has an id above after."""
    return _NEW_ATTACHMENTS_QUERY.bind(*list_read_values(actor, case), after)


def decode_attachments(rows: list[Row]) -> CaseAttachments:
    found = [_decode_file(row) for row in rows]
    return CaseAttachments(
        sent_with_case=tuple(one for one in found if one.message_id is None and not one.mandate),
        mandate=tuple(one for one in found if one.mandate),
        by_message={
            message: tuple(one for one in found if one.message_id == message)
            for message in {one.message_id for one in found if one.message_id is not None}
        },
    )


def build_unsent_attachments_query(actor: Actor, case_id: UUID, *, mandate: bool = False) -> BoundQuery:
    """Selects the actor's complete uploads, which will be sent with the draft or with their next message."""
    return _UNSENT_ATTACHMENTS_QUERY.bind(case_id, actor.id, mandate)


async def list_unsent_attachments(actor: Actor, case_id: UUID, *, mandate: bool = False) -> list[AttachedFile]:
    return decode_unsent_attachments(await fetch_query(build_unsent_attachments_query(actor, case_id, mandate=mandate)))


def decode_unsent_attachments(rows: list[Row]) -> list[AttachedFile]:
    return [_decode_file(row) for row in rows]


async def _load_visible_file(actor: Actor, attachment_id: UUID) -> tuple[CaseFacts, AttachedFile]:
    row = await (
        Attachment.select(*_COLUMNS, Attachment.digest, Attachment.posted_at, Attachment.message.reader_team)
        .where(Attachment.id == attachment_id, Attachment.digest != "")
        .first()
    )
    if row is None:
        raise NotFound(_NOT_FOUND)
    case = await _load_readable_case(actor, row)
    if case is None:
        raise NotFound(_NOT_FOUND, denied_case=row["case_id"])
    return case, _decode_file({name: value for name, value in row.items() if name in AttachedFile.__annotations__})


async def _load_readable_case(actor: Actor, row: dict[str, Any]) -> CaseFacts | None:
    """Returns None unless the actor may read the file. Raises AccessEnded if they could read it before."""
    try:
        case = await load_visible_case(actor, row["case_id"])
    except AccessEnded as lost:
        posted, own = row["posted_at"], row["uploader"] == actor.id
        if own or (posted and posted <= lost.access_end.at and row["audience"] == Audience.ALL):
            raise
        return None
    except NotFound:
        return None
    return case if _may_read(actor, case, row) else None


def _may_read(actor: Actor, case: CaseFacts, row: dict[str, Any]) -> bool:
    if row["posted_at"] is None:
        return bool(row["uploader"] == actor.id)
    return may_read(actor, case, Audience(row["audience"]), row["message.reader_team"])


async def open_for_preview(actor: Actor, attachment_id: UUID, now: datetime) -> AttachedFile:
    """Marks the case as opened when the file has a preview. Raises NotFound, Conflict, Forbidden, AccessEnded."""
    case, found = await _load_available_file(actor, attachment_id)
    if found.has_preview:
        await open_case(actor, case, now)
    return found


async def _load_available_file(actor: Actor, attachment_id: UUID) -> tuple[CaseFacts, AttachedFile]:
    case, found = await _load_visible_file(actor, attachment_id)
    if found.scan == ScanState.WAITING:
        raise Conflict(_UNAVAILABLE_REASONS[ScanState.WAITING])
    if not found.is_available:
        raise Forbidden(_UNAVAILABLE_REASONS[found.scan])
    return case, found


async def open_for_download(actor: Actor, attachment_id: UUID, now: datetime) -> AttachedFile:
    """Marks the case as opened. Writes a line of the audit log for each download; in maintenance, of the log.

    Raises NotFound, AccessEnded, UnreadableError.
    Raises Conflict before the antivirus scan, and Forbidden when it failed or found a virus.
    """
    case, found = await _load_available_file(actor, attachment_id)
    found = replace(found, digest=decrypt_digest(found.id, found.digest))
    await open_case(actor, case, now)
    await write_audit("attachment.taken", now=now, person_id=actor.id, case_id=found.case_id)
    return found
