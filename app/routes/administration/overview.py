"""« Demandes », for those who read none: figures, and a list whose content is masked. No link leads to a case."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require
from app.domain.cases.statistics.overview import overview
from app.domain.opaque_ids import Use
from app.routes.query_params import Query
from app.routes.respond import page


@get("/administration/demandes")
async def show_overview(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], now: NamedDependency[datetime]
) -> Response[Any]:
    require(actor, Duty.SEE_FIGURES)
    query = Query(request.query_params)
    area = query.text("territoire")
    shown = await overview(actor, now, area=area, before=query.hidden(Use.MASKED, "avant"))
    return page("administration/overview.html", shown=shown, chosen=area)
