"""The first visit: identity, the terms of use, then the page that was asked for. Source: features.md L7."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from app.domain.accounts.actor import Actor
from app.domain.accounts.first_visit import complete_first_visit
from app.routes.forms import Form
from app.routes.home import find_home
from app.routes.identity_fields import IDENTITY_FIELDS, list_identity_values, read_identity
from app.routes.login.destination import HOME_PATH, resolve_destination
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post

Req = Request[Any, Any, Any]
Next = Annotated[str, QueryParameter(name="next")]


@get("/bienvenue")
async def show_first_visit(actor: NamedDependency[Actor], next_path: Next = "") -> Response[Any]:
    """The form or, once it is done, the welcome page."""
    if actor.accepted_terms:
        return build_page("arrival/welcome.html", actor=actor, home=find_home(actor))
    return build_page(
        "arrival/form.html", typed=list_identity_values(actor), accepted=False, next_path=resolve_destination(next_path)
    )


async def _show_again(refusal: Refusal, form: Form) -> Response[Any]:
    return build_page(
        "arrival/form.html",
        errors=refusal.fields,
        typed={name: form.read_as_typed(name) for name in IDENTITY_FIELDS},
        accepted=form.has_field("conditions"),
        next_path=resolve_destination(form.read_as_typed("next")),
    )


@post("/bienvenue")
@redisplay(_show_again)
async def finish_first_visit(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    await complete_first_visit(actor, **read_identity(form), accepted=form.has_field("conditions"), now=now)
    next_path = resolve_destination(form.read_as_typed("next"))
    return (
        redirect_after_post("/bienvenue")
        if next_path in {HOME_PATH, find_home(actor)}
        else flash(redirect_after_post(next_path), "bienvenue")
    )
