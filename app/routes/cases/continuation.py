"""« Continuer dans 4827-1930 »: asked first, for it closes a case and writes to both sides; and taken back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_readable_case
from app.domain.cases.lifecycle.continuation import continue_in
from app.domain.cases.lifecycle.continuation_preview import preview_continuation
from app.domain.cases.lifecycle.continuation_undo import separate
from app.domain.cases.lifecycle.opening import open_case
from app.domain.errors import Conflict, Forbidden, Invalid
from app.routes.cases.same_citizen import build_other_cases_page, read_other
from app.routes.cases.show import build_fragment_or_page
from app.routes.deps import provide_now
from app.routes.forms import Form
from app.routes.query_params import QueryParams
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post

Req = Request[Any, Any, Any]


@get("/demandes/{case_id:uuid}/suite")
async def show_continuation(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> Response[Any]:
    """The question; the list of cases again, with the reason, where this one cannot continue in the other."""
    return await _build_question(
        request, actor, case_id, QueryParams(request.query_params).read_uuid("autre") or case_id
    )


async def _build_question(
    request: Req, actor: Actor, case_id: UUID, other_id: UUID, errors: dict[str, str] | None = None
) -> Response[Any]:
    """It counts as opening the case, as its page does."""
    case = await load_readable_case(actor, case_id)
    await open_case(actor, case, await provide_now(request.app.state))
    try:
        preview = await preview_continuation(actor, case_id, other_id)
    except (Invalid, Conflict, Forbidden) as refused:
        refusal = str(refused)
    else:
        return build_page("cases/continuation.html", preview=preview, errors=errors or {})
    return await build_other_cases_page(request, actor, case_id, refusal=refusal)


async def show_refused_continuation(
    refusal: Refusal, request: Req, actor: Actor, case_id: UUID, form: Form
) -> Response[Any]:
    return await _build_question(request, actor, case_id, read_other(form, case_id), refusal.fields)


@post("/demandes/{case_id:uuid}/suite")
@redisplay(show_refused_continuation)
async def continue_case(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    other_id = read_other(form, case_id)
    await continue_in(actor, case_id, other_id, now, another_citizen=form.has_field("autre_usager"))
    return flash(redirect_after_post(f"/demandes/{other_id}"), "continuee")


async def show_refused_separation(refusal: Refusal, request: Req, actor: Actor, case_id: UUID) -> Response[Any]:
    reason = refusal.message or " ".join(refusal.fields.values())
    return await build_fragment_or_page(actor, case_id, request, "cases/_closure.html", refusal=reason)


@post("/demandes/{case_id:uuid}/suite-annulee")
@redisplay(show_refused_separation)
async def separate_case(
    request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID], now: NamedDependency[datetime]
) -> Response[Any]:
    await separate(actor, case_id, now)
    return flash(redirect_after_post(f"/demandes/{case_id}"), "separee")
