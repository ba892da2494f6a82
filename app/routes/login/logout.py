"""Leaving: the session ends on the server, not only in the browser."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.login.sessions import close_session
from app.routes import access
from app.routes.authentication import SESSION_COOKIE
from app.routes.forms import Form
from app.routes.respond import see


@post("/deconnexion", guards=[access.arriving])
async def log_out(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await close_session(actor, request.auth.id, now)
    answer = see("/login")
    answer.delete_cookie(SESSION_COOKIE)
    return answer
