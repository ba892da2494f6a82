"""The host names that the platform answers to: those of the settings.

« Host » can hold anything, so no address in an email or a page is built from it. An address with a NUL is refused,
since PostgreSQL refuses NUL.

Source: security.md 0.6, T23.
"""

from litestar.enums import HttpMethod
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from app.routes.forms import is_readable
from app.routes.middleware.slow_bodies import limit_body_time
from app.routes.respond import take_fragment_flag
from app.settings import settings


class UnknownHostError(HTTPException):
    """app/routes/errors.py says it in French."""

    status_code = 400


class AllowedHosts(ASGIMiddleware):
    """400 with no « Host », several, or an unknown one. X-Forwarded-Host is not read.

    OPTIONS is refused for every address: Litestar would answer without the guards, and reveal which addresses exist.
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1 or read_host_name(hosts[0]) not in settings.hosts:
            raise UnknownHostError
        if scope.get("method") == HttpMethod.OPTIONS:
            raise MethodNotAllowedException
        if not is_readable(scope["path"]):
            raise NotFoundException
        take_fragment_flag(scope)
        await next_app(scope, limit_body_time(scope, receive), send)


def read_host_name(host: bytes) -> str:
    """The name without the port, which no rule uses. « [::1] » keeps its brackets."""
    name, colon, port = host.decode("latin-1").lower().rpartition(":")
    return name if colon and port.isdecimal() else f"{name}{colon}{port}"
