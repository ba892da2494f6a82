"""« Télécharger la liste »: the rows of the present view and filters, for a spreadsheet."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Stream

from app.domain.cases.inbox.export import export_cases
from app.domain.cases.inbox.rows import CaseRow
from app.routes.cases.list_filters import read_filters
from app.text import formats
from app.text.case_list_csv import HEADINGS, format_row
from app.text.csv_export import BYTE_ORDER_MARK, format_csv

Req = Request[Any, Any, Any]


@get("/demandes.csv")
async def export_list(request: Req, now: NamedDependency[datetime]) -> Stream:
    batches = await export_cases(request.user, read_filters(request), now)
    name = f"demandes-{formats.format_sortable_time(now)[:10]}.csv"
    return Stream(
        _stream_csv(batches),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


async def _stream_csv(batches: AsyncIterator[list[CaseRow]]) -> AsyncIterator[str]:
    yield BYTE_ORDER_MARK + format_csv([HEADINGS])
    async for rows in batches:
        yield format_csv(format_row(row) for row in rows)
