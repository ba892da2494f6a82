"""/aide: the help page; and the page of an unknown address. Source: features.md E6."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from app.domain.errors import NotFound
from app.routes.deps import load_page_actor, provide_now
from app.routes.respond import build_page

Req = Request[Any, Any, Any]


@get("/aide")
async def show_help(request: Req) -> Response[Any]:
    """Public, since people who cannot log in need it most."""
    if request.user:
        await load_page_actor(request, await provide_now(request.app.state))
    return build_page("pages/aide.html")


@get("/{path:path}")
async def show_not_found(request: Req, path: FromPath[str]) -> Response[Any]:
    """Every other address. A route, so that the middleware runs and a person who is logged in keeps their menu."""
    raise NotFound("")
