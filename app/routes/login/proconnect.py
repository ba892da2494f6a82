"""Login with ProConnect. The protocol requires that the return is a GET: it works once, and in this browser only."""

import logging
from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from app.domain.authentication.oidc import (
    LoginRefusal,
    Provider,
    ProviderInvalidError,
    ProviderUnavailableError,
    begin_provider_login,
    log_in_with_provider,
    normalize_claimed_address,
    take_provider_return,
)
from app.domain.authentication.result import LoginResult
from app.domain.errors import NotFound
from app.routes.forms import Form, is_readable
from app.routes.login.destination import resolve_destination
from app.routes.login.session_start import read_visitor, start_session
from app.routes.middleware.authentication import set_browser_cookie
from app.routes.respond import build_page, redirect_after_post

Req = Request[Any, Any, Any]
VisitState = Annotated[str, QueryParameter(name="state")]
Code = Annotated[str, QueryParameter(name="code")]
logger = logging.getLogger("aplus.proconnect")
_STATUSES = {LoginRefusal.EXPIRED: 410, LoginRefusal.UNAVAILABLE: 503}


def _require_provider(request: Req) -> Provider:
    provider: Provider | None = request.app.state.get("provider")
    if provider is None:
        raise NotFound("La connexion par ProConnect n’est pas proposée ici.")
    return provider


@post("/login/proconnect")
async def go_to_proconnect(request: Req, form: NamedDependency[Form], now: NamedDependency[datetime]) -> Response[Any]:
    provider, next_path = _require_provider(request), form.read_as_typed("next")
    issued = await begin_provider_login(read_visitor(request), next_path=resolve_destination(next_path), now=now)
    try:
        return redirect_after_post(await provider.build_authorization_url(issued))
    except (ProviderUnavailableError, ProviderInvalidError) as failure:
        return _build_refused_page(request, _log_failure(failure))


@get("/login/proconnect/retour")
async def return_from_proconnect(
    request: Req, now: NamedDependency[datetime], asked: VisitState = "", code: Code = ""
) -> Response[Any]:
    """code is absent when the person or ProConnect has declined."""
    provider = _require_provider(request)
    visit = await take_provider_return(asked, read_visitor(request), now) if is_readable(asked) else None
    if visit is None:
        return _build_refused_page(request, LoginRefusal.EXPIRED)
    issued, next_path = visit
    if not code or not is_readable(code):
        return _build_refused_page(request, LoginRefusal.DECLINED)
    try:
        claims = await provider.fetch_claims(code, issued, now)
    except (ProviderUnavailableError, ProviderInvalidError) as failure:
        return _build_refused_page(request, _log_failure(failure))
    entry = await log_in_with_provider(claims, read_visitor(request), next_path=next_path, now=now)
    return (
        await start_session(entry)
        if isinstance(entry, LoginResult)
        else _build_refused_page(request, entry, address=normalize_claimed_address(claims))
    )


def _log_failure(failure: Exception) -> LoginRefusal:
    """The kind of failure goes to the log; the person gets a page that says what to do."""
    logger.warning("ProConnect: %s %s", type(failure).__name__, failure)
    return LoginRefusal.UNAVAILABLE if isinstance(failure, ProviderUnavailableError) else LoginRefusal.INVALID


def _build_refused_page(request: Req, why: LoginRefusal, *, address: str = "") -> Response[Any]:
    answer = build_page("login/proconnect_refused.html", why=why, address=address)
    answer.status_code = _STATUSES.get(why, 403)
    return set_browser_cookie(request, answer)
