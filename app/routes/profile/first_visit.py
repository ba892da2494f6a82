"""The first visit: who I am, the terms of use, then where I was going. Source: features.md L7."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from app.domain.accounts.actor import Actor
from app.domain.accounts.first_visit import arrive
from app.routes import guards
from app.routes.forms import Form
from app.routes.identity_fields import TYPED, identity_in, identity_of
from app.routes.login.destination import HOME, own_destination
from app.routes.respond import page, redisplay_with, see, tell

Req = Request[Any, Any, Any]
Next = Annotated[str, QueryParameter(name="next")]


@get("/bienvenue", guards=[guards.arriving])
async def show_arrival(actor: NamedDependency[Actor], next_path: Next = "") -> Response[Any]:
    """The form; once it is done, what one can do here."""
    if actor.arrived:
        return page("arrival/welcome.html", actor=actor)
    return page("arrival/form.html", typed=identity_of(actor), accepted=False, next_path=own_destination(next_path))


@post("/bienvenue", guards=[guards.arriving])
async def finish_arrival(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    next_path, accepted = own_destination(form.typed("next")), form.checked("conditions")

    async def show(errors: dict[str, str], message: str) -> Response[Any]:
        typed = {name: form.typed(name) for name in TYPED}
        return page("arrival/form.html", errors=errors, typed=typed, accepted=accepted, next_path=next_path)

    redisplay_with(request, show)
    await arrive(actor, **identity_in(form), accepted=accepted, now=now)
    return see("/bienvenue") if next_path == HOME else tell(see(next_path), "bienvenue")
