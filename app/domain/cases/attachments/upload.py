"""Receiving a file, piece by piece or whole. Until it is sent with a case or a message it is its uploader's alone.

The database says how many bytes are durable: a cut line goes on from there. Source: features.md N13.
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
from app.domain.audience import Audience
from app.domain.case_status import Status
from app.domain.cases.access import check_allowed, visible_case
from app.domain.cases.attachments.quota import check_room
from app.domain.cases.permissions import Action
from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.files.cleaned_upload import accept, kept_columns
from app.domain.files.file_type import DRAWN
from app.domain.files.limits import FIELD, MOST_FILES, RefusedFile, check_size, safe_name, too_many
from app.domain.files.removal import remove
from app.domain.files.scan_state import Scan
from app.domain.files.scanning import scan_queued
from app.domain.files.store import Store
from app.domain.rate_limit import Verb, spend
from app.domain.signals import Signal
from db.encryption import keyed, seal, unseal
from db.engine import on_commit, transaction
from db.tables import Attachment

log = logging.getLogger("aplus.attachments")
file_received = Signal[[UUID, int]]()
"""The file, then its sender. Sent after the commit: a worker draws the preview."""
_GONE = "Ce fichier n’est plus en cours d’envoi. Choisissez-le de nouveau."
_NOT_KEPT = "Le fichier n’a pas pu être enregistré pour le moment. Réessayez dans quelques minutes."


@dataclass(frozen=True)
class Reception:
    """How far a file has come."""

    id: UUID
    case_id: UUID
    name: str
    size: int
    received: int
    mandate: bool

    @property
    def complete(self) -> bool:
        return self.received == self.size


async def begin(
    actor: Actor,
    case_id: UUID,
    attachment_id: UUID,
    given_name: str,
    size: int,
    now: datetime,
    *,
    mandate: bool = False,
    internal: bool = False,
) -> Reception:
    """Announces a file for the actor's draft, its mandate, or their next message. Again with the same id: goes on.

    internal: joined while the form was for referents alone; it never leaves with a message for everyone.

    Raises RefusedFile, NotFound, Refused, Conflict (closed), TooOften.
    """
    name = safe_name(given_name)
    check_size(name, size)
    async with transaction():
        case = await visible_case(actor, case_id, locked=True)
        check_allowed(actor, case, Action.EDIT_DRAFT if case.status == Status.DRAFT else Action.WRITE)
        others = await Attachment.count().where(
            Attachment.case == case_id,
            Attachment.uploader == actor.id,
            Attachment.posted_at.is_null(),
            Attachment.mandate.eq(mandate),
            Attachment.id != attachment_id,
        )
        if others >= MOST_FILES:
            raise too_many(name)
        if not await Attachment.exists().where(Attachment.id == attachment_id):
            await check_room(actor, name, size)
            await spend(Verb.FILE, actor, now)
        await Attachment.insert(
            Attachment(
                id=attachment_id,
                case=case_id,
                uploader=actor.id,
                name=seal(Attachment.name, attachment_id, name),
                size=size,
                begun_at=now,
                mandate=mandate,
            )
        ).on_conflict(target=Attachment.id, action="DO NOTHING")
        if internal:
            await Attachment.update({Attachment.audience: Audience.OPERATORS}).where(
                Attachment.id == attachment_id, Attachment.uploader == actor.id, Attachment.posted_at.is_null()
            )
    begun = await _reception(actor, attachment_id)
    return begun if begun.case_id == case_id else await reception_of(actor, attachment_id)


async def reception_of(actor: Actor, attachment_id: UUID) -> Reception:
    """Raises NotFound for anyone but its uploader, and once it is sent."""
    reception = await _reception(actor, attachment_id)
    await visible_case(actor, reception.case_id)
    return reception


async def _reception(actor: Actor, attachment_id: UUID) -> Reception:
    """For a caller that checks the right to its case. Raises NotFound."""
    row = await (
        Attachment.select(
            Attachment.id,
            Attachment.case.as_alias("case_id"),
            Attachment.name,
            Attachment.size,
            Attachment.received,
            Attachment.mandate,
        )
        .where(Attachment.id == attachment_id, Attachment.uploader == actor.id, Attachment.posted_at.is_null())
        .first()
    )
    if row is None:
        raise NotFound(_GONE)
    return Reception(**{**row, "name": unseal(Attachment.name, row["id"], row["name"])})


async def receive(actor: Actor, store: Store, attachment_id: UUID, offset: int, piece: bytes) -> Reception:
    """How far it has come. A piece that does not begin where the last one ended changes nothing.

    Raises NotFound; RefusedFile, and then the file is gone; Conflict when the disk refuses.
    """
    return await _receive(actor, store, await reception_of(actor, attachment_id), offset, piece)


async def _receive(actor: Actor, store: Store, reception: Reception, offset: int, piece: bytes) -> Reception:
    if reception.complete or offset != reception.received or not piece:
        return reception
    if offset + len(piece) > reception.size:
        await _remove(actor, reception.id)
        raise RefusedFile(reception.name, "a changé pendant l’envoi. Choisissez-le de nouveau.")
    try:
        await store.write(reception.id, offset, piece)
        await _count(store, reception, offset + len(piece), actor.id)
    except RefusedFile:
        await _remove(actor, reception.id)
        raise
    except OSError as failure:
        log.exception("an attachment could not be kept", exc_info=failure)
        raise Conflict(_NOT_KEPT) from failure
    return await _reception(actor, reception.id)


async def _count(store: Store, reception: Reception, received: int, sender: int) -> None:
    if received < reception.size:
        await _update(reception, {Attachment.received: received})
        return
    sealed = await store.seal(reception.id, partial(accept, name=reception.name, store=store), sender)
    async with transaction():
        kept = kept_columns(reception.id, reception.name, sealed)
        await _update(reception, {**kept, Attachment.scan: Scan.WAITING if store.scanned else Scan.NONE})
        on_commit(scan_queued.send)
        if sealed.media_type in DRAWN:
            on_commit(lambda: file_received.send(reception.id, sender))
    await store.tidy(reception.id)


async def _update(reception: Reception, values: dict[object, object]) -> None:
    """Only from where this piece began: of two that arrive together, one counts."""
    await Attachment.update(values).where(  # type: ignore[arg-type]
        Attachment.id == reception.id, Attachment.received == reception.received, Attachment.posted_at.is_null()
    )


class Upload(Protocol):
    """A file that arrived whole, with its form."""

    name: str
    size: int

    def pieces(self) -> AsyncIterator[bytes]: ...


@dataclass(frozen=True)
class Arrivals:
    """Of the files of one form: those that are kept, and why the others are not, for the form to say."""

    kept: list[UUID]
    refused: dict[str, str]


async def receive_whole(
    actor: Actor,
    store: Store,
    case_id: UUID,
    uploads: list[Upload],
    now: datetime,
    *,
    mandate: bool = False,
    internal: bool = False,
) -> Arrivals:
    """Each on its own: one that is refused takes no other with it. Raises NotFound, Refused, Conflict."""
    kept, refusals = [], list[str]()
    for upload in uploads:
        try:
            kept.append(await _receive_one(actor, store, case_id, upload, now, mandate=mandate, internal=internal))
        except Invalid as refused:
            refusals += refused.fields.values()
    return Arrivals(kept, {FIELD: " ".join(refusals)} if refusals else {})


async def _receive_one(
    actor: Actor, store: Store, case_id: UUID, upload: Upload, now: datetime, *, mandate: bool, internal: bool
) -> UUID:
    known, offset = await _same_again(actor, case_id, upload, mandate=mandate), 0
    reception = await begin(actor, case_id, known, upload.name, upload.size, now, mandate=mandate, internal=internal)
    async for piece in upload.pieces():
        reception = await _receive(actor, store, reception, offset, piece)
        offset += len(piece)
    return reception.id


async def _same_again(actor: Actor, case_id: UUID, upload: Upload, *, mandate: bool) -> UUID:
    """Of a form sent again because its answer was lost, each file is the one that waits already.

    Its id is in addresses, and names it on the disk: only our key finds it from the file.
    """
    digest = sha256()
    async for piece in upload.pieces():
        digest.update(piece)
    said = f"{case_id} {actor.id} {mandate} {upload.name} {digest.hexdigest()}"
    known = UUID(bytes=keyed("files sent again", said)[:16], version=4)
    left = await Attachment.exists().where(Attachment.id == known, Attachment.posted_at.is_not_null())
    return uuid4() if left else known


async def discard(actor: Actor, attachment_id: UUID) -> Reception:
    """The uploader takes it back before sending. Raises NotFound."""
    reception = await reception_of(actor, attachment_id)
    await _remove(actor, attachment_id)
    return reception


async def _remove(actor: Actor, attachment_id: UUID) -> None:
    """Unless it was sent meanwhile."""
    own = And(Attachment.id == attachment_id, Attachment.uploader == actor.id)
    async with transaction():
        await remove(And(own, Attachment.posted_at.is_null()))
