"""Coming in with a password, and the way back when it is forgotten: a link like any other. Source: features.md L5."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from app.domain.authentication.login_link import ask_for_link
from app.domain.authentication.password_login import LONGEST_PASSWORD, enter_with_password
from app.routes.forms import Form
from app.routes.login.destination import destination_asked, own_destination
from app.routes.login.entering import asker_of, let_in, visitor_of
from app.routes.middleware.authentication import name_browser
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page, see

Req = Request[Any, Any, Any]
Next = Annotated[str, QueryParameter(name="next")]
CHOOSE = "/profil/mot-de-passe"


@get("/login/mot-de-passe")
async def show_password_login(request: Req, next_path: Next = "") -> Response[Any]:
    if request.user:
        return see(own_destination(next_path))
    return _password_page(request, next_path=destination_asked(next_path))


def _password_page(request: Req, **context: Any) -> Response[Any]:
    answer = page("login/password.html", **{"address": "", "remember": False, "next_path": "", **context})
    return name_browser(request, answer)


async def _show_login_again(refusal: Refusal, request: Req, form: Form) -> Response[Any]:
    typed = {"address": form.typed("adresse"), "remember": form.checked("rester"), "next_path": form.typed("next")}
    return _password_page(request, errors=refusal.one_field("mot-de-passe"), **typed)


@post("/login/mot-de-passe")
@redisplay(_show_login_again)
async def log_in(request: Req, form: NamedDependency[Form], now: NamedDependency[datetime]) -> Response[Any]:
    entry = await enter_with_password(
        form.text("adresse", most=254),
        form.text("mot-de-passe", most=LONGEST_PASSWORD),
        visitor_of(request),
        remember=form.checked("rester"),
        next_path=own_destination(form.typed("next")),
        now=now,
    )
    return let_in(entry)


@get("/login/mot-de-passe/oubli")
async def show_forgotten(request: Req) -> Response[Any]:
    return see(CHOOSE) if request.user else _forgotten_page(request)


def _forgotten_page(request: Req, **context: Any) -> Response[Any]:
    return name_browser(request, page("login/forgotten.html", **{"address": "", **context}))


async def _show_forgotten_again(refusal: Refusal, request: Req, form: Form) -> Response[Any]:
    return _forgotten_page(request, errors=refusal.one_field("adresse"), address=form.typed("adresse"))


@post("/login/mot-de-passe/oubli")
@redisplay(_show_forgotten_again)
async def ask_to_choose(request: Req, form: NamedDependency[Form], now: NamedDependency[datetime]) -> Response[Any]:
    await ask_for_link(
        form.text("adresse", most=254),
        **asker_of(request),
        remember=False,
        next_path=CHOOSE,
        now=now,
    )
    return see("/login/lien-envoye")
