"""Files that come in: whole with a form, or piece by piece from app/static/upload.js.

A script asks how far a file has come by announcing it again; Upload-Offset answers, and ETag where a firewall strips
what it does not know. Once it is complete the answer is
its line, ready to be shown.
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
from app.domain.cases.attachments.access import waiting_with
from app.domain.cases.attachments.upload import Arrivals, Reception, Upload, begin, discard, receive, receive_whole
from app.domain.errors import NotFound
from app.domain.files.limits import FIELD, MOST_BYTES, MOST_FILES
from app.routes.cases.reply_form import is_internal
from app.routes.forms import Form
from app.routes.middleware import before_body
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page

Req = Request[Any, Any, Any]
PIECE = 1024 * 1024
WITH_FILES = MOST_FILES * MOST_BYTES + 1024 * 1024
"""What a form with files may weigh; every other form keeps the limit of app/main.py."""


class _Whole:
    """A file of a multipart form, as the domain takes it in."""

    def __init__(self, upload: UploadFile) -> None:
        self._upload = upload
        self.name = upload.filename
        self.size = upload.file.seek(0, 2)

    async def pieces(self) -> AsyncIterator[bytes]:
        await self._upload.seek(0)
        while piece := await self._upload.read(PIECE):
            yield piece


async def keep_files(
    request: Req, actor: Actor, case_id: UUID, form: Form, now: datetime, *, mandate: bool = False
) -> Arrivals:
    """The files of a form sent without scripts. What was not chosen has not arrived."""
    uploads: list[Upload] = [_Whole(upload) for upload in form.files(FIELD)]
    store, internal = request.app.state.files, is_internal(form)
    arrivals = await receive_whole(actor, store, case_id, uploads, now, mandate=mandate, internal=internal)
    await form.data.close()
    return arrivals


async def drop_chosen(actor: Actor, form: Form) -> None:
    """« Retirer », pressed under a file that has not left yet; pressed twice, it is gone all the same."""
    for attachment_id in form.uuids("retirer-piece"):
        with contextlib.suppress(NotFound):
            await discard(actor, attachment_id)


async def show_refused_line(refusal: Refusal) -> Response[Any]:
    return page("attachments/refused.html", why=" ".join(refusal.fields.values()) or refusal.message)


@post("/demandes/{case_id:uuid}/pieces")
@redisplay(show_refused_line)
async def announce(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    size = form.number("taille") or 0
    mandate, internal = "mandat" in request.query_params, is_internal(form)
    reception = await begin(
        actor, case_id, form.uuid("piece"), form.typed("nom"), size, now, mandate=mandate, internal=internal
    )
    return await _progress(actor, reception)


@post(
    "/pieces/{attachment_id:uuid}/reception",
    guards=[before_body.sends_this_file],
    request_max_body_size=PIECE + 64 * 1024,
)
@redisplay(show_refused_line)
async def take_piece(
    request: Req, actor: NamedDependency[Actor], attachment_id: FromPath[UUID], form: NamedDependency[Form]
) -> Response[Any]:
    pieces = form.files("morceau")
    piece = await pieces[0].read() if pieces else b""
    offset = form.number("depuis")
    reception = await receive(actor, request.app.state.files, attachment_id, -1 if offset is None else offset, piece)
    return await _progress(actor, reception)


async def _progress(actor: Actor, reception: Reception) -> Response[Any]:
    if reception.complete:
        known = await waiting_with(actor, reception.case_id, mandate=reception.mandate)
        answer: Response[Any] = page(
            "attachments/received.html", one=next(one for one in known if one.id == reception.id)
        )
    else:
        answer = Response(None, status_code=204)
    answer.headers.update({"Upload-Offset": str(reception.received), "ETag": f'"{reception.received}"'})
    return answer
