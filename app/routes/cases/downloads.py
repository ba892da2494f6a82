"""Attachments are served as downloads, never opened in our pages. Previews are images that the platform has drawn.

Source: security.md 0.5, T31, T34.
"""

from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from app.domain.accounts.actor import Actor
from app.domain.cases.attachments.access import open_for_download, open_for_preview
from app.domain.errors import Conflict
from app.domain.files.file_type import MediaType
from app.routes.middleware.security_headers import FILE_POLICY

Req = Request[Any, Any, Any]
_DAMAGED_FILE = "Ce fichier n’est plus lisible. Demandez à la personne qui l’a joint de l’envoyer de nouveau."
_SAFE_HEADERS = {"Content-Security-Policy": f"sandbox;{FILE_POLICY}"}
_NO_CHARSET = frozenset({MediaType.TXT, MediaType.CSV})


@get("/pieces/{attachment_id:uuid}")
async def download_attachment(
    request: Req,
    actor: NamedDependency[Actor],
    attachment_id: FromPath[UUID],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """The digest of the file is checked before the first byte is sent. Raises Conflict when the file is damaged."""
    found = await open_for_download(actor, attachment_id, now)
    files = request.app.state.file_store
    if not await files.has_digest(attachment_id, found.digest):
        raise Conflict(_DAMAGED_FILE)
    return Stream(
        files.read(attachment_id),
        media_type="application/octet-stream" if found.media_type in _NO_CHARSET else found.media_type.value,
        headers={
            **_SAFE_HEADERS,
            "Content-Disposition": format_content_disposition(found.name),
            "Content-Length": str(found.size),
        },
    )


@get("/pieces/{attachment_id:uuid}/apercu")
async def show_preview(
    request: Req, actor: NamedDependency[Actor], attachment_id: FromPath[UUID], now: NamedDependency[datetime]
) -> Response[bytes]:
    found = await open_for_preview(actor, attachment_id, now)
    drawn = await request.app.state.previews.load_preview(attachment_id, found.uploader) if found.has_preview else None
    if drawn is None:
        return Response(b"", status_code=404)  # an image shows no page of error, so none is built
    return Response(drawn, media_type="image/webp", headers=_SAFE_HEADERS)


def format_content_disposition(name: str) -> str:
    """RFC 6266: an ASCII name for old programs, and the exact name in UTF-8."""
    plain = "".join(character if character.isascii() and character not in '"\\%' else "_" for character in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
