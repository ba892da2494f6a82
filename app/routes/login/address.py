"""The page of a link that confirms a new address. It is open to anyone who has the link, and opens no session."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, post, route
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.account_keeping.address_confirmation import (
    Confirmation,
    ConfirmationState,
    confirm_address,
    load_confirmation,
)
from app.routes.middleware.authentication import set_browser_cookie
from app.routes.respond import build_page

Req = Request[Any, Any, Any]
_OPEN_STATES = (ConfirmationState.READY, ConfirmationState.WAITING, ConfirmationState.DONE)


@route("/adresses/{link:str}", http_method=["GET", "HEAD"])
async def show_address_confirmation(request: Req, link: FromPath[str], now: NamedDependency[datetime]) -> Response[Any]:
    return _build_confirmation_page(request, link, await load_confirmation(link, now))


@post("/adresses/{link:str}")
async def confirm_new_address(request: Req, link: FromPath[str], now: NamedDependency[datetime]) -> Response[Any]:
    return _build_confirmation_page(request, link, await confirm_address(link, now))


def _build_confirmation_page(request: Req, link: str, confirmation: Confirmation) -> Response[Any]:
    answer = build_page("login/address.html", link=link, confirmation=confirmation)
    answer.status_code = 200 if confirmation.state in _OPEN_STATES else 410
    return set_browser_cookie(request, answer)
