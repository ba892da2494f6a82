"""Asking for a login link. The page is the same for a known and an unknown address."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post, route
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from app.domain.authentication.asked_link import find_asked_link
from app.domain.authentication.login_link import renew_login_link, request_login_link
from app.routes.forms import Form
from app.routes.guards import READ_METHODS
from app.routes.home import find_home
from app.routes.login.destination import HOME_PATH, resolve_asked_destination, resolve_destination
from app.routes.login.session_start import read_requester
from app.routes.middleware.authentication import set_browser_cookie
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, redirect_after_post

Req = Request[Any, Any, Any]
Next = Annotated[str, QueryParameter(name="next")]


@route("/", http_method=READ_METHODS)
async def redirect_home(request: Req) -> Response[Any]:
    return redirect_after_post(find_home(request.user) if request.user else HOME_PATH)


@route("/login", http_method=READ_METHODS)
async def show_login(request: Req, next_path: Next = "") -> Response[Any]:
    if request.user:
        return redirect_after_post(resolve_destination(next_path))
    return _build_login_page(request, next_path=resolve_asked_destination(next_path))


def _build_login_page(request: Req, **context: Any) -> Response[Any]:
    offered = request.app.state.get("provider") is not None
    answer = build_page(
        "login/show.html", proconnect=offered, **{"address": "", "remember": False, "next_path": "", **context}
    )
    return set_browser_cookie(request, answer)


async def _show_again(refusal: Refusal, request: Req, form: Form) -> Response[Any]:
    typed = {
        "address": form.read_as_typed("adresse"),
        "remember": form.has_field("rester"),
        "next_path": form.read_as_typed("next"),
    }
    return _build_login_page(request, errors=refusal.one_field("adresse"), **typed)


@post("/login")
@redisplay(_show_again)
async def request_link(request: Req, form: NamedDependency[Form], now: NamedDependency[datetime]) -> Response[Any]:
    await request_login_link(
        form.read_text("adresse", max_length=254),
        **read_requester(request),
        remember=form.has_field("rester"),
        next_path=resolve_asked_destination(form.read_as_typed("next")),
        typed_here=True,
        now=now,
    )
    return redirect_after_post("/login/lien-envoye")


@get("/login/lien-envoye")
async def show_link_sent(request: Req, now: NamedDependency[datetime]) -> Response[Any]:
    asked = await find_asked_link(request.state.browser, now)
    if asked is None:
        return redirect_after_post("/login")
    return build_page("login/sent.html", code=f"{asked.code[:4]} {asked.code[4:]}", address=asked.address)


@post("/login/renvoi")
async def request_new_link(request: Req, form: NamedDependency[Form], now: NamedDependency[datetime]) -> Response[Any]:
    await renew_login_link(form.read_text("reference", max_length=16), **read_requester(request), now=now)
    return redirect_after_post("/login/lien-envoye")
