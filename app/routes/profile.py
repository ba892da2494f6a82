"""My profile: who I am here, my teams, my open sessions and the way to close them. Source: features.md L4."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.login.sessions import close_session, list_sessions
from app.routes import access
from app.routes.forms import Form
from app.routes.respond import page, see, tell

Req = Request[Any, Any, Any]


@get("/profil", guards=[access.signed_in])
async def show_profile(request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Response[Any]:
    sessions = await list_sessions(actor, now)
    return page("profile/show.html", actor=actor, sessions=sessions, current=request.auth.id)


@post("/profil/sessions/{session_id:int}/fermeture", guards=[access.signed_in])
async def end_session(
    actor: NamedDependency[Actor],
    session_id: FromPath[int],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await close_session(actor, session_id, now)
    return tell(see("/profil"), "session-fermee")
