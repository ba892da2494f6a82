"""Renaming a domain of addresses: the preview is the page of a GET, and its button does what it shows."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.account_keeping.domain_rename import preview_domain_rename, rename_domain
from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require_duty
from app.domain.errors import Invalid
from app.routes import guards
from app.routes.forms import Form
from app.routes.query_params import QueryParams
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post
from app.text.labels.administration import RENAMED_PLACE

Req = Request[Any, Any, Any]
PATH = "/administration/domaine"


@get(PATH, guards=[guards.require_recent_login])
async def show_domain_rename(
    request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime]
) -> Response[Any]:
    require_duty(actor, Duty.REPAIR_ACCOUNTS)
    query = QueryParams(request.query_params)
    return await _build_rename_page(actor, query.read_text("ancien"), query.read_text("nouveau"), now)


async def _build_rename_page(actor: Actor, former: str, new: str, now: datetime, blocked: str = "") -> Response[Any]:
    plan, errors = None, {}
    if former or new:
        try:
            plan = await preview_domain_rename(actor, former, new, now)
        except Invalid as refused:
            errors = refused.fields
    return build_page(
        "administration/domain.html",
        status=422 if errors else 200,
        typed={"ancien": former, "nouveau": new},
        plan=plan,
        place_names=RENAMED_PLACE,
        errors=errors,
        blocked=blocked,
    )


async def _show_again(refusal: Refusal, actor: Actor, form: Form, now: datetime) -> Response[Any]:
    former, new = form.read_as_typed("ancien"), form.read_as_typed("nouveau")
    return await _build_rename_page(actor, former, new, now, refusal.message)


@post(PATH, guards=[guards.require_recent_login])
@redisplay(_show_again)
async def confirm_domain_rename(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    typed = form.read_text("ancien"), form.read_text("nouveau")
    await rename_domain(actor, *typed, form.read_text("apercu"), now)
    return flash(redirect_after_post(PATH), "domaine")
