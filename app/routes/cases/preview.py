"""« Aperçu »: the thread of a case beside the list. It counts as opening the case, as its page does."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_readable_case
from app.domain.cases.inbox.listing import load_listed_rows
from app.domain.cases.lifecycle.opening import open_case
from app.domain.cases.thread.read_receipts import mark_read_if_newer
from app.routes.cases.list_filters import read_filters
from app.routes.cases.show import build_case_context
from app.routes.respond import build_page, wants_fragment

Req = Request[Any, Any, Any]


@get("/demandes/{case_id:uuid}/apercu")
async def show_case_preview(
    request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID], now: NamedDependency[datetime]
) -> Response[Any]:
    """The same lines as the page, and the row of the list as it is now. Without scripts, the page itself."""
    case = await load_readable_case(actor, case_id)
    context = await build_case_context(actor, await open_case(actor, case, now), now)
    await mark_read_if_newer(actor, case, context["last_event"], context["read"], now)
    if not wants_fragment(request):
        return build_page("cases/show.html", **context)
    row = (await load_listed_rows(actor, read_filters(request), [case_id], now)).get(case_id)
    return build_page("cases/preview.html", **context, row=row)
