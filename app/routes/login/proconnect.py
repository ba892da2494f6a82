"""To ProConnect and back. The way back is a GET that enters: the protocol wants it so; it is good once, here alone."""

import logging
from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from app.domain.authentication.oidc import (
    Provider,
    ProviderDownError,
    ProviderUntrueError,
    Refusal,
    begin_visit,
    end_visit,
    enter_as,
    known_address,
)
from app.domain.authentication.result import Entry
from app.domain.errors import NotFound
from app.routes.forms import Form, readable
from app.routes.login.destination import own_destination
from app.routes.login.entering import let_in, visitor_of
from app.routes.middleware.authentication import name_browser
from app.routes.respond import page, see

Req = Request[Any, Any, Any]
Asked = Annotated[str, QueryParameter(name="state")]
Code = Annotated[str, QueryParameter(name="code")]
log = logging.getLogger("aplus.proconnect")
_STATUSES = {Refusal.LOST: 410, Refusal.DOWN: 503}


def _provider(request: Req) -> Provider:
    provider: Provider | None = request.app.state.get("provider")
    if provider is None:
        raise NotFound("La connexion par ProConnect n’est pas proposée ici.")
    return provider


@post("/login/proconnect")
async def leave(request: Req, form: NamedDependency[Form], now: NamedDependency[datetime]) -> Response[Any]:
    provider, next_path = _provider(request), form.typed("next")
    issued = await begin_visit(visitor_of(request), next_path=own_destination(next_path), now=now)
    try:
        return see(await provider.departure(issued))
    except (ProviderDownError, ProviderUntrueError) as failure:
        return _refused(request, _told(failure))


@get("/login/proconnect/retour")
async def come_back(request: Req, now: NamedDependency[datetime], asked: Asked = "", code: Code = "") -> Response[Any]:
    """code is absent when the person, or ProConnect, said no."""
    provider = _provider(request)
    visit = await end_visit(asked, visitor_of(request), now) if readable(asked) else None
    if visit is None:
        return _refused(request, Refusal.LOST)
    issued, next_path = visit
    if not code or not readable(code):
        return _refused(request, Refusal.DECLINED)
    try:
        told = await provider.identify(code, issued, now)
    except (ProviderDownError, ProviderUntrueError) as failure:
        return _refused(request, _told(failure))
    entry = await enter_as(told, visitor_of(request), next_path=next_path, now=now)
    return let_in(entry) if isinstance(entry, Entry) else _refused(request, entry, address=known_address(told))


def _told(failure: Exception) -> Refusal:
    """For who runs the server, the kind of failure; for the person, what to do."""
    log.warning("ProConnect: %s %s", type(failure).__name__, failure)
    return Refusal.DOWN if isinstance(failure, ProviderDownError) else Refusal.UNTRUE


def _refused(request: Req, why: Refusal, *, address: str = "") -> Response[Any]:
    answer = page("login/proconnect_refused.html", why=why, address=address)
    answer.status_code = _STATUSES.get(why, 403)
    return name_browser(request, answer)
