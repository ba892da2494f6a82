"""« Demandes », for people who read no case: statistics and anonymous cases, without links to the cases."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require_duty
from app.domain.cases.statistics.overview import load_overview
from app.domain.opaque_ids import IdPurpose
from app.routes.query_params import QueryParams
from app.routes.respond import build_page


@get("/administration/demandes")
async def show_overview(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], now: NamedDependency[datetime]
) -> Response[Any]:
    require_duty(actor, Duty.SEE_STATISTICS)
    query = QueryParams(request.query_params)
    area = query.read_text("territoire")
    shown = await load_overview(actor, now, area=area, before=query.read_opaque_id(IdPurpose.ANONYMOUS_CASE, "avant"))
    return build_page("administration/overview.html", shown=shown, chosen=area)
