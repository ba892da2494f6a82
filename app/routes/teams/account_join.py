"""An admin joins two accounts of one person: a preview, then the emails by which the person confirms."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.account_keeping.account_join import JoinCheck, ask_join, preview_join
from app.domain.accounts.actor import Actor
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from app.domain.people.detail import load_person
from app.routes import guards
from app.routes.deps import RowId
from app.routes.forms import Form
from app.routes.query_params import QueryParams, find_choice
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post
from app.text.labels.people import JOIN_CHECK

Req = Request[Any, Any, Any]
_PATH = "/personnes/{person_id:int}/reunion"
_CHECKS = [{"value": check.value, "label": label} for check, label in JOIN_CHECK.items()]


@get(_PATH, guards=[guards.require_recent_login])
async def show_join(request: Req, actor: NamedDependency[Actor], person_id: RowId) -> Response[Any]:
    return await _build_join_page(actor, person_id, QueryParams(request.query_params).read_text("avec"))


async def _build_join_page(
    actor: Actor, person_id: int, typed: str, errors: dict[str, str] | None = None, blocked: str = ""
) -> Response[Any]:
    person = await load_person(actor, person_id)
    if not person.may_join:
        raise NotFound("Cette page n’existe pas, ou ne vous est pas ouverte.")
    join, errors, status = None, errors or {}, 200
    try:
        join = await preview_join(actor, person_id, typed) if typed else None
    except Invalid as refused:
        errors, status = refused.fields, 422
    except (Conflict, Forbidden) as refused:
        blocked, status = str(refused), 409
    context = {"person": person, "typed": typed, "join": join, "checks": _CHECKS, "errors": errors}
    return build_page("people/join.html", status=status, blocked=blocked, **context)


async def _show_again(refusal: Refusal, actor: Actor, person_id: int, form: Form) -> Response[Any]:
    return await _build_join_page(actor, person_id, form.read_as_typed("avec"), refusal.fields, refusal.message)


@post(_PATH, guards=[guards.require_recent_login])
@redisplay(_show_again)
async def confirm_join(
    request: Req,
    actor: NamedDependency[Actor],
    person_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    check = find_choice(JoinCheck, form.read_as_typed("preuve"))
    await ask_join(actor, person_id, form.read_text("avec"), check, form.read_text("apercu"), now)
    return flash(redirect_after_post(f"/personnes/{person_id}"), "reunion-demandee")
