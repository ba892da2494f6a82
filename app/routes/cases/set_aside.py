"""« Mettre de côté » a case until a day, and « Reprendre maintenant »."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.calendar.time_zones import PARIS
from app.domain.cases.lifecycle.set_aside import bring_back, set_aside
from app.routes.cases.actions import build_action_panel, show_panel
from app.routes.forms import Form
from app.routes.redisplay import redisplay
from app.routes.respond import redirect_whole_page
from app.text.absences import parse_day_after

Req = Request[Any, Any, Any]
GESTURE = "mise-de-cote"


def read_day(form: Form, now: datetime) -> date | None:
    """« 12/05 » is the next one."""
    return parse_day_after(form.read_text("jour"), now.astimezone(PARIS).date())


def is_for_team(form: Form) -> bool:
    return form.read_text("pour") == "equipe"


@get("/demandes/{case_id:uuid}/mise-de-cote")
async def show_setting_aside(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> Response[Any]:
    return await build_action_panel(request, actor, case_id, GESTURE)


@post("/demandes/{case_id:uuid}/mise-de-cote")
@redisplay(show_panel(GESTURE))
async def set_case_aside(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """Redirects to the list: the case is not in it any more."""
    await set_aside(actor, case_id, read_day(form, now), now, for_team=is_for_team(form))
    return redirect_whole_page(request, "/demandes", "mise-de-cote")


@post("/demandes/{case_id:uuid}/reprise")
@redisplay(show_panel(""))
async def bring_case_back(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await bring_back(actor, case_id, now)
    return redirect_whole_page(request, f"/demandes/{case_id}", "reprise")
