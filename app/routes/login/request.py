"""Asking for a link: the same page whoever the address belongs to."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post, route
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from app.domain.authentication.login_link import ask_again, ask_for_link, asked_from
from app.routes.forms import Form
from app.routes.guards import READING
from app.routes.login.destination import HOME, destination_asked, own_destination
from app.routes.login.entering import asker_of
from app.routes.middleware.authentication import name_browser
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page, see

Req = Request[Any, Any, Any]
Next = Annotated[str, QueryParameter(name="next")]


@route("/", http_method=READING)
async def home() -> Response[Any]:
    return see(HOME)


@route("/login", http_method=READING)
async def show_login(request: Req, next_path: Next = "") -> Response[Any]:
    if request.user:
        return see(own_destination(next_path))
    return _login_page(request, next_path=destination_asked(next_path))


def _login_page(request: Req, **context: Any) -> Response[Any]:
    offered = request.app.state.get("provider") is not None
    answer = page(
        "login/show.html", proconnect=offered, **{"address": "", "remember": False, "next_path": "", **context}
    )
    return name_browser(request, answer)


async def _show_again(refusal: Refusal, request: Req, form: Form) -> Response[Any]:
    typed = {"address": form.typed("adresse"), "remember": form.checked("rester"), "next_path": form.typed("next")}
    return _login_page(request, errors=refusal.one_field("adresse"), **typed)


@post("/login")
@redisplay(_show_again)
async def ask(request: Req, form: NamedDependency[Form], now: NamedDependency[datetime]) -> Response[Any]:
    await ask_for_link(
        form.text("adresse", most=254),
        **asker_of(request),
        remember=form.checked("rester"),
        next_path=destination_asked(form.typed("next")),
        now=now,
    )
    return see("/login/lien-envoye")


@get("/login/lien-envoye")
async def show_sent(request: Req, now: NamedDependency[datetime]) -> Response[Any]:
    code = await asked_from(request.state.browser, now)
    return page("login/sent.html", code=f"{code[:4]} {code[4:]}") if code else see("/login")


@post("/login/renvoi")
async def ask_new_link(request: Req, form: NamedDependency[Form], now: NamedDependency[datetime]) -> Response[Any]:
    await ask_again(form.text("reference", most=16), **asker_of(request), now=now)
    return see("/login/lien-envoye")
