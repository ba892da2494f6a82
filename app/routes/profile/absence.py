"""« Mon absence »: the days, and the colleague who replaces. Source: features.md W4."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.absences.absence import find_planned_absences
from app.domain.absences.change import remove_own_absence, set_own_absence
from app.domain.absences.colleagues import list_possible_replacements
from app.domain.absences.plan import find_today
from app.domain.accounts.actor import Actor
from app.routes.absence_form import list_values, read_plan
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post

PATH = "/profil/absence"


@get(PATH)
async def show_own_absence(actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Response[Any]:
    return await _build_absence_page(actor, now)


async def _build_absence_page(
    actor: Actor, now: datetime, refused: Form | None = None, **context: Any
) -> Response[Any]:
    planned = (await find_planned_absences([actor.id], now)).get(actor.id)
    return build_page(
        "absences/own.html",
        path=PATH,
        planned=planned,
        typed=list_values(planned, refused),
        colleagues=await list_possible_replacements(actor.id),
        **context,
    )


async def _show_again(refusal: Refusal, actor: Actor, form: Form, now: datetime) -> Response[Any]:
    return await _build_absence_page(actor, now, form, errors=refusal.fields)


@post(PATH)
@redisplay(_show_again)
async def save_own_absence(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    clash = await set_own_absence(actor, read_plan(form, await find_today(actor.id, now)), now)
    return flash(redirect_after_post(PATH), "absence-double" if clash else "absence")


@post(f"{PATH}/suppression")
async def delete_own_absence(actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Response[Any]:
    await remove_own_absence(actor, now)
    return flash(redirect_after_post(PATH), "absence-supprimee")
