"""Login with a password. A forgotten password is replaced after a login link. Source: features.md L5."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from app.domain.authentication.login_link import request_login_link
from app.domain.authentication.password_login import LONGEST_PASSWORD, log_in_with_password
from app.routes.forms import Form
from app.routes.login.destination import resolve_asked_destination, resolve_destination
from app.routes.login.session_start import read_requester, read_visitor, start_session
from app.routes.middleware.authentication import set_browser_cookie
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, redirect_after_post

Req = Request[Any, Any, Any]
Next = Annotated[str, QueryParameter(name="next")]
CHOOSE_PASSWORD_PATH = "/profil/mot-de-passe"  # noqa: S105 # nosec B105


@get("/login/mot-de-passe")
async def show_password_login(request: Req, next_path: Next = "") -> Response[Any]:
    if request.user:
        return redirect_after_post(resolve_destination(next_path))
    return _build_password_page(request, next_path=resolve_asked_destination(next_path))


def _build_password_page(request: Req, **context: Any) -> Response[Any]:
    answer = build_page("login/password.html", **{"address": "", "remember": False, "next_path": "", **context})
    return set_browser_cookie(request, answer)


async def _show_login_again(refusal: Refusal, request: Req, form: Form) -> Response[Any]:
    typed = {
        "address": form.read_as_typed("adresse"),
        "remember": form.has_field("rester"),
        "next_path": form.read_as_typed("next"),
    }
    return _build_password_page(request, errors=refusal.one_field("mot-de-passe"), **typed)


@post("/login/mot-de-passe")
@redisplay(_show_login_again)
async def log_in(request: Req, form: NamedDependency[Form], now: NamedDependency[datetime]) -> Response[Any]:
    entry = await log_in_with_password(
        form.read_text("adresse", max_length=254),
        form.read_text("mot-de-passe", max_length=LONGEST_PASSWORD),
        read_visitor(request),
        remember=form.has_field("rester"),
        next_path=resolve_destination(form.read_as_typed("next")),
        now=now,
    )
    return await start_session(entry)


@get("/login/mot-de-passe/oubli")
async def show_forgotten_password(request: Req) -> Response[Any]:
    return redirect_after_post(CHOOSE_PASSWORD_PATH) if request.user else _build_forgotten_page(request)


def _build_forgotten_page(request: Req, **context: Any) -> Response[Any]:
    return set_browser_cookie(request, build_page("login/forgotten.html", **{"address": "", **context}))


async def _show_forgotten_again(refusal: Refusal, request: Req, form: Form) -> Response[Any]:
    return _build_forgotten_page(request, errors=refusal.one_field("adresse"), address=form.read_as_typed("adresse"))


@post("/login/mot-de-passe/oubli")
@redisplay(_show_forgotten_again)
async def request_password_link(
    request: Req, form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    await request_login_link(
        form.read_text("adresse", max_length=254),
        **read_requester(request),
        remember=False,
        next_path=CHOOSE_PASSWORD_PATH,
        typed_here=True,
        now=now,
    )
    return redirect_after_post("/login/lien-envoye")
