"""Files that are uploaded: whole with a form, or in chunks by app/static/upload.js.

To learn how much was received, the script announces the file again. Upload-Offset answers, and also ETag, which
firewalls keep. The last answer is the file's line of the page.
"""

import contextlib
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.attachments.access import list_unsent_attachments
from app.domain.cases.attachments.upload import (
    FormFile,
    UploadProgress,
    UploadResult,
    begin_upload,
    discard_upload,
    receive_chunk,
    receive_form_files,
)
from app.domain.errors import NotFound
from app.domain.files.limits import FILES_FIELD, MAX_FILE_BYTES, MAX_FILES
from app.routes.cases.reply_form import read_readership
from app.routes.forms import Form
from app.routes.middleware import upload_guards
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page

Req = Request[Any, Any, Any]
PIECE_BYTES = 1024 * 1024
MAX_FORM_WITH_FILES = MAX_FILES * MAX_FILE_BYTES + 1024 * 1024
"""Limit of a form with files, in bytes. Other forms have the limit of app/main.py."""


class _WholeFile:
    """A file of a multipart form, with the interface of the domain's FormFile."""

    def __init__(self, upload: UploadFile) -> None:
        self._upload = upload
        self.name = upload.filename
        self.size = upload.file.seek(0, 2)

    async def read_chunks(self) -> AsyncIterator[bytes]:
        await self._upload.seek(0)
        while piece := await self._upload.read(PIECE_BYTES):
            yield piece


async def receive_uploads(
    request: Req, actor: Actor, case_id: UUID, form: Form, now: datetime, *, mandate: bool = False
) -> UploadResult:
    """Receives the files of a form that is sent without scripts."""
    uploads: list[FormFile] = [_WholeFile(upload) for upload in form.read_files(FILES_FIELD)]
    store, readership = request.app.state.file_store, read_readership(form)
    arrivals = await receive_form_files(actor, store, case_id, uploads, now, mandate=mandate, readership=readership)
    await form.data.close()
    return arrivals


async def discard_chosen_files(actor: Actor, form: Form) -> None:
    """« Retirer », under a file that is not sent yet. Pressed twice, it succeeds too."""
    for attachment_id in form.read_uuids("retirer-piece"):
        with contextlib.suppress(NotFound):
            await discard_upload(actor, attachment_id)


async def show_refused_line(refusal: Refusal) -> Response[Any]:
    return build_page("attachments/refused.html", why=" ".join(refusal.fields.values()) or refusal.message)


@post("/demandes/{case_id:uuid}/pieces")
@redisplay(show_refused_line)
async def announce_file(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    size = form.read_number("taille") or 0
    mandate, readership = "mandat" in request.query_params, read_readership(form)
    reception = await begin_upload(
        actor,
        case_id,
        form.read_uuid("piece"),
        form.read_as_typed("nom"),
        size,
        now,
        mandate=mandate,
        readership=readership,
    )
    return await _build_progress(actor, reception)


@post(
    "/pieces/{attachment_id:uuid}/reception",
    guards=[upload_guards.require_own_upload],
    request_max_body_size=PIECE_BYTES + 64 * 1024,
)
@redisplay(show_refused_line)
async def receive_piece(
    request: Req, actor: NamedDependency[Actor], attachment_id: FromPath[UUID], form: NamedDependency[Form]
) -> Response[Any]:
    pieces = form.read_files("morceau")
    piece = await pieces[0].read() if pieces else b""
    offset = form.read_number("depuis")
    reception = await receive_chunk(
        actor, request.app.state.file_store, attachment_id, -1 if offset is None else offset, piece
    )
    return await _build_progress(actor, reception)


async def _build_progress(actor: Actor, reception: UploadProgress) -> Response[Any]:
    if reception.is_complete:
        known = await list_unsent_attachments(actor, reception.case_id, mandate=reception.mandate)
        answer: Response[Any] = build_page(
            "attachments/received.html", one=next(one for one in known if one.id == reception.id)
        )
    else:
        answer = Response(None, status_code=204)
    answer.headers.update({"Upload-Offset": str(reception.received_bytes), "ETag": f'"{reception.received_bytes}"'})
    return answer
