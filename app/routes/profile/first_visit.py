"""The first visit: who I am, the terms of use, then where I was going. Source: features.md L7."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from app.domain.accounts.actor import Actor
from app.domain.accounts.first_visit import arrive
from app.routes.forms import Form
from app.routes.identity_fields import TYPED, identity_in, identity_of
from app.routes.login.destination import HOME, own_destination
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page, see, tell

Req = Request[Any, Any, Any]
Next = Annotated[str, QueryParameter(name="next")]


@get("/bienvenue")
async def show_arrival(actor: NamedDependency[Actor], next_path: Next = "") -> Response[Any]:
    """The form; once it is done, what one can do here."""
    if actor.arrived:
        return page("arrival/welcome.html", actor=actor)
    return page("arrival/form.html", typed=identity_of(actor), accepted=False, next_path=own_destination(next_path))


async def _show_again(refusal: Refusal, form: Form) -> Response[Any]:
    return page(
        "arrival/form.html",
        errors=refusal.fields,
        typed={name: form.typed(name) for name in TYPED},
        accepted=form.checked("conditions"),
        next_path=own_destination(form.typed("next")),
    )


@post("/bienvenue")
@redisplay(_show_again)
async def finish_arrival(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    await arrive(actor, **identity_in(form), accepted=form.checked("conditions"), now=now)
    next_path = own_destination(form.typed("next"))
    return see("/bienvenue") if next_path == HOME else tell(see(next_path), "bienvenue")
