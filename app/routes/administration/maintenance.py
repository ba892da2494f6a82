"""Beginning and ending maintenance: the one page that writes while it lasts (app/routes/middleware/read_only.py)."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require
from app.domain.platform.state import begin_maintenance, end_maintenance
from app.routes.forms import Form
from app.routes.middleware.read_only import MAINTENANCE
from app.routes.respond import page, see, tell

Req = Request[Any, Any, Any]


@get(MAINTENANCE)
async def show_maintenance(request: Req, actor: NamedDependency[Actor]) -> Response[Any]:
    require(actor, Duty.RUN_PLATFORM)
    return page("administration/maintenance.html", state=request.state.platform)


@post(MAINTENANCE)
async def change_maintenance(
    actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    if form.typed("maintenance") == "oui":
        await begin_maintenance(actor, now)
        return tell(see(MAINTENANCE), "maintenance")
    await end_maintenance(actor, now)
    return tell(see(MAINTENANCE), "maintenance-terminee")
