"""« Autres demandes de cette personne »: what may be the same citizen's, linked, or continued in another case."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.case_number import parse_case_number
from app.domain.cases.access import load_readable_case
from app.domain.cases.lifecycle.opening import open_case
from app.domain.cases.lookalikes.links import link_cases, unlink_cases
from app.domain.cases.lookalikes.other_cases import find_readable_number, list_other_cases
from app.domain.cases.permissions import Action, list_allowed_actions
from app.routes.deps import provide_now
from app.routes.forms import Form
from app.routes.query_params import QueryParams
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post

Req = Request[Any, Any, Any]
_UNKNOWN = "Aucune demande que vous pouvez lire n’a ce numéro."


@get("/demandes/{case_id:uuid}/memes-usager")
async def show_other_cases(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> Response[Any]:
    """« numero » adds a case that does not look alike."""
    typed = QueryParams(request.query_params).read_text("numero")
    return await build_other_cases_page(request, actor, case_id, typed)


async def build_other_cases_page(
    request: Req, actor: Actor, case_id: UUID, typed: str = "", errors: dict[str, str] | None = None, refusal: str = ""
) -> Response[Any]:
    """It counts as opening the case, as its page does."""
    now = await provide_now(request.app.state)
    case = await open_case(actor, await load_readable_case(actor, case_id), now)
    number = parse_case_number(typed)
    asked = await find_readable_number(actor, number) if number is not None else None
    asked = None if asked == case_id else asked
    errors = errors or ({"numero": _UNKNOWN} if typed and asked is None else {})
    return build_page(
        "cases/same_citizen.html",
        case_id=case_id,
        others=await list_other_cases(actor, case_id, now, asked=asked),
        closes=Action.CLOSE in list_allowed_actions(actor, case) and not case.suspended,
        typed=typed,
        errors=errors,
        refusal=refusal,
    )


async def show_refused_link(refusal: Refusal, request: Req, actor: Actor, case_id: UUID) -> Response[Any]:
    return await build_other_cases_page(request, actor, case_id, errors=refusal.fields, refusal=refusal.message)


def read_other(form: Form, case_id: UUID) -> UUID:
    """The case that the form names; this one, which is refused, when it names none."""
    return next(iter(form.read_uuids("autre")), case_id)


@post("/demandes/{case_id:uuid}/lien")
@redisplay(show_refused_link)
async def link_case(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await link_cases(actor, case_id, read_other(form, case_id), now)
    return flash(redirect_after_post(f"/demandes/{case_id}/memes-usager"), "reliee")


@post("/demandes/{case_id:uuid}/lien/retrait")
@redisplay(show_refused_link)
async def unlink_case(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await unlink_cases(actor, case_id, read_other(form, case_id), now)
    return flash(redirect_after_post(f"/demandes/{case_id}/memes-usager"), "plus-reliee")
