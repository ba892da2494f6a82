"""« Télécharger le mandat »: blank, or filled from a draft."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.view import load_draft
from app.domain.cases.mandate.filled_pdf import filled_from
from app.domain.cases.mandate.pdf import OURS, Contents, draw
from app.settings import settings
from app.text import formats

_AT_ONCE = asyncio.Semaphore(2)


@get("/mandat.pdf")
async def blank_mandate() -> Response[Any]:
    return await _pdf(Contents(brand=settings.brand))


@get("/brouillons/{draft_id:uuid}/mandat.pdf")
async def filled_mandate(
    actor: NamedDependency[Actor], draft_id: FromPath[UUID], now: NamedDependency[datetime]
) -> Response[Any]:
    draft = await load_draft(actor, draft_id)
    return await _pdf(await filled_from(actor, draft, settings.brand, formats.day(now), now))


async def _pdf(contents: Contents) -> Response[Any]:
    """The event loop goes on while a page is drawn; two at once are enough for an office, and spare the machine."""
    async with _AT_ONCE:
        drawn = await asyncio.to_thread(draw, contents, settings.mandate_template or OURS)
    headers = {"Content-Disposition": 'attachment; filename="mandat.pdf"'}
    return Response(drawn, media_type="application/pdf", headers=headers)
