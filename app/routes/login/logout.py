"""Logging out. The session ends on the server, not only in the browser.

No Clear-Site-Data header: it would erase the unsent input of other people who use this computer. That input is
encrypted (app/static/sealed.js), and no page gives its keys before they log in again.
"""

from datetime import datetime
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.authentication.logout_hint import load_logout_hint
from app.domain.authentication.oidc import Provider, ProviderInvalidError, ProviderUnavailableError
from app.domain.authentication.sessions import close_session
from app.domain.errors import UnreadableError
from app.routes.middleware.authentication import SESSION_COOKIE
from app.routes.respond import make_cookie, redirect_after_post


async def _find_provider_logout(request: Request[Any, Any, Any]) -> str:
    """The address that ends the ProConnect session. Empty without one, or when ProConnect is unreachable."""
    provider: Provider | None = request.app.state.get("provider")
    try:
        hint = await load_logout_hint(request.auth)
        return await provider.build_logout_url(hint) if provider and hint else ""
    except (ProviderUnavailableError, ProviderInvalidError, UnreadableError):
        return ""


@post("/deconnexion")
async def log_out(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    elsewhere = await _find_provider_logout(request)
    await close_session(actor, request.auth.id, now)
    answer = redirect_after_post(elsewhere or "/login")
    answer.set_cookie(make_cookie(SESSION_COOKIE, "", max_age=0))
    return answer
