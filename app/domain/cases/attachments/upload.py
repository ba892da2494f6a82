"""Receives a file, in chunks or whole. Only its uploader sees it until a case or a message sends it.

The database has the number of stored bytes: an interrupted upload resumes from there. Source: features.md N13.
"""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Protocol
from uuid import UUID, uuid4

from piccolo.columns.combination import And

from app.domain.accounts.actor import Actor
from app.domain.audience import TO_ALL, Readership
from app.domain.case_status import Status
from app.domain.cases.access import check_allowed, load_visible_case
from app.domain.cases.attachments.publish import apply_readership
from app.domain.cases.attachments.quota import check_unsent_quota
from app.domain.cases.permissions import Action
from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.files.cleaned_upload import accept_file, build_stored_columns
from app.domain.files.file_type import TYPES_WITH_PREVIEW
from app.domain.files.limits import FILES_FIELD, MAX_FILES, RefusedFile, check_size, make_safe_name, make_too_many_error
from app.domain.files.removal import remove_attachments
from app.domain.files.scan_state import ScanState
from app.domain.files.scanning import scan_queued
from app.domain.files.store import FileStore
from app.domain.rate_limit import LimitedAction, consume_rate_limit
from app.domain.signals import Signal
from db.encryption import compute_hmac, decrypt, encrypt
from db.engine import on_commit, transaction
from db.tables.attachments import Attachment

log = logging.getLogger("aplus.attachments")
file_received = Signal[[UUID, int]]()
"""Its arguments are the ids of the file and of the uploader. Sent after the commit; a worker draws the preview."""
_UPLOAD_ENDED = "Ce fichier n’est plus en cours d’envoi. Choisissez-le de nouveau."
_NOT_STORED = "Le fichier n’a pas pu être enregistré pour le moment. Réessayez dans quelques minutes."


@dataclass(frozen=True)
class UploadProgress:
    id: UUID
    case_id: UUID
    name: str
    size: int
    received_bytes: int
    mandate: bool

    @property
    def is_complete(self) -> bool:
        return self.received_bytes == self.size


async def begin_upload(
    actor: Actor,
    case_id: UUID,
    attachment_id: UUID,
    given_name: str,
    size: int,
    now: datetime,
    *,
    mandate: bool = False,
    readership: Readership = TO_ALL,
) -> UploadProgress:
    """Announces a file of the draft, of its mandate or of the actor's next message. The same id resumes an upload.

    readership: that of the form; the file is never sent with a message for other readers.

    Raises RefusedFile, NotFound, Forbidden, Conflict when the case is closed, TooManyRequests.
    """
    name = make_safe_name(given_name)
    check_size(name, size)
    async with transaction():
        case = await load_visible_case(actor, case_id, locked=True)
        check_allowed(actor, case, Action.EDIT_DRAFT if case.status == Status.DRAFT else Action.WRITE)
        others = await Attachment.count().where(
            Attachment.case == case_id,
            Attachment.uploader == actor.id,
            Attachment.posted_at.is_null(),
            Attachment.mandate.eq(mandate),
            Attachment.id != attachment_id,
        )
        if others >= MAX_FILES:
            raise make_too_many_error(name)
        if not await Attachment.exists().where(Attachment.id == attachment_id):
            await check_unsent_quota(actor, name, size)
            await consume_rate_limit(LimitedAction.FILE, actor, now)
        await Attachment.insert(
            Attachment(
                id=attachment_id,
                case=case_id,
                uploader=actor.id,
                name=encrypt(Attachment.name, attachment_id, name),
                size=size,
                begun_at=now,
                mandate=mandate,
            )
        ).on_conflict(target=Attachment.id, action="DO NOTHING")
        await apply_readership(actor, attachment_id, readership)
    begun = await _load_own_upload(actor, attachment_id)
    return begun if begun.case_id == case_id else await load_upload(actor, attachment_id)


async def load_upload(actor: Actor, attachment_id: UUID) -> UploadProgress:
    """Raises NotFound unless the actor is the uploader, and once the file is sent."""
    reception = await _load_own_upload(actor, attachment_id)
    await load_visible_case(actor, reception.case_id)
    return reception


async def _load_own_upload(actor: Actor, attachment_id: UUID) -> UploadProgress:
    """Does not check access to the case: the caller does. Raises NotFound."""
    row = await (
        Attachment.select(
            Attachment.id,
            Attachment.case.as_alias("case_id"),
            Attachment.name,
            Attachment.size,
            Attachment.received_bytes,
            Attachment.mandate,
        )
        .where(Attachment.id == attachment_id, Attachment.uploader == actor.id, Attachment.posted_at.is_null())
        .first()
    )
    if row is None:
        raise NotFound(_UPLOAD_ENDED)
    return UploadProgress(**{**row, "name": decrypt(Attachment.name, row["id"], row["name"])})


async def receive_chunk(
    actor: Actor, store: FileStore, attachment_id: UUID, offset: int, chunk: bytes
) -> UploadProgress:
    """A chunk that does not begin where the last one ended changes nothing.

    Raises NotFound; RefusedFile, after which the file is deleted; Conflict when the disk fails.
    """
    return await _append_chunk(actor, store, await load_upload(actor, attachment_id), offset, chunk)


async def _append_chunk(
    actor: Actor, store: FileStore, upload: UploadProgress, offset: int, chunk: bytes
) -> UploadProgress:
    if upload.is_complete or offset != upload.received_bytes or not chunk:
        return upload
    if offset + len(chunk) > upload.size:
        await _remove_unsent(actor, upload.id)
        raise RefusedFile(upload.name, "a changé pendant l’envoi. Choisissez-le de nouveau.")
    try:
        await store.write_chunk(upload.id, offset, chunk)
        await _record_progress(store, upload, offset + len(chunk), actor.id)
    except RefusedFile:
        await _remove_unsent(actor, upload.id)
        raise
    except OSError as failure:
        log.exception("cannot store an attachment", exc_info=failure)
        raise Conflict(_NOT_STORED) from failure
    return await _load_own_upload(actor, upload.id)


async def _record_progress(store: FileStore, upload: UploadProgress, received: int, sender: int) -> None:
    if received < upload.size:
        await _update_unsent(upload, {Attachment.received_bytes: received})
        return
    sealed = await store.complete_upload(upload.id, partial(accept_file, name=upload.name, store=store), sender)
    async with transaction():
        kept = build_stored_columns(upload.id, upload.name, sealed)
        await _update_unsent(
            upload, {**kept, Attachment.scan: ScanState.WAITING if store.requires_scan else ScanState.NONE}
        )
        on_commit(scan_queued.send)
        if sealed.media_type in TYPES_WITH_PREVIEW:
            on_commit(lambda: file_received.send(upload.id, sender))
    await store.delete_chunks(upload.id)


async def _update_unsent(upload: UploadProgress, values: dict[object, object]) -> None:
    """Updates only if received_bytes is unchanged, so that one of two simultaneous chunks counts."""
    await Attachment.update(values).where(  # type: ignore[arg-type]
        Attachment.id == upload.id, Attachment.received_bytes == upload.received_bytes, Attachment.posted_at.is_null()
    )


class FormFile(Protocol):
    """A file that a form posts whole."""

    name: str
    size: int

    def read_chunks(self) -> AsyncIterator[bytes]: ...


@dataclass(frozen=True)
class UploadResult:
    """The result for the files of one form. errors: form field -> why some were refused; empty when all are stored."""

    stored_ids: list[UUID]
    errors: dict[str, str]


async def receive_form_files(
    actor: Actor,
    store: FileStore,
    case_id: UUID,
    files: list[FormFile],
    now: datetime,
    *,
    mandate: bool = False,
    readership: Readership = TO_ALL,
) -> UploadResult:
    """A refused file does not stop the others. Raises NotFound, Forbidden, Conflict, TooManyRequests."""
    kept, refusals = [], list[str]()
    for upload in files:
        try:
            kept.append(
                await _receive_form_file(actor, store, case_id, upload, now, mandate=mandate, readers=readership)
            )
        except Invalid as refused:
            refusals += refused.fields.values()
    return UploadResult(kept, {FILES_FIELD: " ".join(refusals)} if refusals else {})


async def _receive_form_file(
    actor: Actor, store: FileStore, case_id: UUID, file: FormFile, now: datetime, *, mandate: bool, readers: Readership
) -> UUID:
    known, offset = await _find_upload_id(actor, case_id, file, mandate=mandate), 0
    upload = await begin_upload(actor, case_id, known, file.name, file.size, now, mandate=mandate, readership=readers)
    async for piece in file.read_chunks():
        upload = await _append_chunk(actor, store, upload, offset, piece)
        offset += len(piece)
    return upload.id


async def _find_upload_id(actor: Actor, case_id: UUID, file: FormFile, *, mandate: bool) -> UUID:
    """Derives the id from the content: a form that is posted again finds the files of its first post.

    An HMAC, because the id is in addresses: it cannot be computed from the file alone.
    """
    digest = sha256()
    async for piece in file.read_chunks():
        digest.update(piece)
    said = f"{case_id} {actor.id} {mandate} {file.name} {digest.hexdigest()}"
    known = UUID(bytes=compute_hmac("files sent again", said)[:16], version=4)
    left = await Attachment.exists().where(Attachment.id == known, Attachment.posted_at.is_not_null())
    return uuid4() if left else known


async def discard_upload(actor: Actor, attachment_id: UUID) -> UploadProgress:
    """Deletes the actor's unsent upload. Raises NotFound."""
    reception = await load_upload(actor, attachment_id)
    await _remove_unsent(actor, attachment_id)
    return reception


async def _remove_unsent(actor: Actor, attachment_id: UUID) -> None:
    """A file that was sent in the meantime stays."""
    own = And(Attachment.id == attachment_id, Attachment.uploader == actor.id)
    async with transaction():
        await remove_attachments(And(own, Attachment.posted_at.is_null()))
