"""Probes for monitoring: whether the process answers, and whether it can work. Failures are named without details."""

from typing import Any

from litestar import Request, Response, route

from app.routes.guards import READ_METHODS

Req = Request[Any, Any, Any]


@route("/livez", http_method=READ_METHODS)
async def show_liveness() -> Response[dict[str, bool]]:
    """Does not read the database, which a restart would not repair."""
    return Response({"vivant": True})


@route("/readyz", http_method=READ_METHODS)
async def show_readiness(request: Req) -> Response[dict[str, Any]]:
    wrong = await request.app.state.readiness.list_failures()
    return Response({"pret": not wrong, "manque": wrong}, status_code=503 if wrong else 200)
