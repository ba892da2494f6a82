"""The legal pages, which every page links to. The settings say who operates this installation."""

from typing import Any

from litestar import Request, Response, get

from app.routes.deps import load_page_actor, provide_now
from app.routes.respond import build_page
from app.settings import settings
from app.text.personal_data import DATA_KINDS

Req = Request[Any, Any, Any]


@get("/mentions-legales")
async def show_notices(request: Req) -> Response[Any]:
    return await _build_legal_page(request, "mentions-legales")


@get("/donnees-personnelles")
async def show_privacy(request: Req) -> Response[Any]:
    return await _build_legal_page(request, "donnees-personnelles")


@get("/accessibilite")
async def show_accessibility(request: Req) -> Response[Any]:
    return await _build_legal_page(request, "accessibilite")


@get("/conditions")
async def show_terms(request: Req) -> Response[Any]:
    return await _build_legal_page(request, "conditions")


async def _build_legal_page(request: Req, name: str) -> Response[Any]:
    """Public. A person who is logged in keeps their menu and its count."""
    if request.user:
        await load_page_actor(request, await provide_now(request.app.state))
    return build_page(f"pages/{name}.html", operator=settings.operator, data_kinds=DATA_KINDS)
