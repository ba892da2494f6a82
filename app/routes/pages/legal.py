"""What the law asks every page to lead to. Who operates this installation is said by its settings."""

from typing import Any

from litestar import Request, Response, get

from app.routes.deps import actor_of
from app.routes.respond import page
from app.settings import settings

Req = Request[Any, Any, Any]


@get("/mentions-legales")
async def show_notices(request: Req) -> Response[Any]:
    return await _shown(request, "mentions-legales")


@get("/donnees-personnelles")
async def show_privacy(request: Req) -> Response[Any]:
    return await _shown(request, "donnees-personnelles")


@get("/accessibilite")
async def show_accessibility(request: Req) -> Response[Any]:
    return await _shown(request, "accessibilite")


@get("/conditions")
async def show_terms(request: Req) -> Response[Any]:
    return await _shown(request, "conditions")


async def _shown(request: Req, name: str) -> Response[Any]:
    """Public; who is signed in keeps their menu and its figure."""
    if request.user:
        await actor_of(request)
    return page(f"pages/{name}.html", operator=settings.operator)
