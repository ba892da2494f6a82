"""For machines that watch: does the process answer, can it work. Names of what is wrong, nothing of the inside."""

from typing import Any

from litestar import Request, Response, route

from app.routes.guards import READING

Req = Request[Any, Any, Any]


@route("/livez", http_method=READING)
async def say_alive() -> Response[dict[str, bool]]:
    """The process answers. Reads no database: a restart would not mend one."""
    return Response({"vivant": True})


@route("/readyz", http_method=READING)
async def say_ready(request: Req) -> Response[dict[str, Any]]:
    wrong = await request.app.state.readiness.wrong()
    return Response({"pret": not wrong, "manque": wrong}, status_code=503 if wrong else 200)
