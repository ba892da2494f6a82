"""« Télécharger le mandat »: blank, or filled from a draft."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.draft import load_editable_draft
from app.domain.cases.mandate.filled_pdf import build_mandate_contents
from app.domain.cases.mandate.pdf import DEFAULT_TEMPLATE, MandateContents, render_mandate_pdf
from app.settings import settings
from app.text import formats

_DRAWING_SLOTS = asyncio.Semaphore(2)


@get("/mandat.pdf")
async def download_blank_mandate() -> Response[Any]:
    return await _build_pdf_response(MandateContents(brand=settings.brand))


@get("/brouillons/{draft_id:uuid}/mandat.pdf")
async def download_filled_mandate(
    actor: NamedDependency[Actor], draft_id: FromPath[UUID], now: NamedDependency[datetime]
) -> Response[Any]:
    draft = await load_editable_draft(actor, draft_id)
    return await _build_pdf_response(
        await build_mandate_contents(actor, draft, settings.brand, formats.format_day(now), now)
    )


async def _build_pdf_response(contents: MandateContents) -> Response[Any]:
    """Drawing runs in a thread, so that the event loop continues. At most two at once, to spare the processor."""
    async with _DRAWING_SLOTS:
        drawn = await asyncio.to_thread(render_mandate_pdf, contents, settings.mandate_template or DEFAULT_TEMPLATE)
    headers = {"Content-Disposition": 'attachment; filename="mandat.pdf"'}
    return Response(drawn, media_type="application/pdf", headers=headers)
