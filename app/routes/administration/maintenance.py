"""The page that begins and ends maintenance. It alone can write during it (app/routes/middleware/read_only.py)."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require_duty
from app.domain.platform.state import begin_maintenance, end_maintenance
from app.routes.forms import Form
from app.routes.middleware.read_only import MAINTENANCE_PATH
from app.routes.respond import build_page, flash, redirect_after_post

Req = Request[Any, Any, Any]


@get(MAINTENANCE_PATH)
async def show_maintenance(request: Req, actor: NamedDependency[Actor]) -> Response[Any]:
    require_duty(actor, Duty.RUN_PLATFORM)
    return build_page("administration/maintenance.html", state=request.state.platform)


@post(MAINTENANCE_PATH)
async def change_maintenance(
    actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    if form.read_as_typed("maintenance") == "oui":
        await begin_maintenance(actor, now)
        return flash(redirect_after_post(MAINTENANCE_PATH), "maintenance")
    await end_maintenance(actor, now)
    return flash(redirect_after_post(MAINTENANCE_PATH), "maintenance-terminee")
