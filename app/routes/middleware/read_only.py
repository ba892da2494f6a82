"""Refuses every unsafe method during maintenance, except on the page that ends it.

The database engines refuse writes too (db/read_only.py).
"""

from litestar.exceptions import HTTPException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from app.domain.platform.state import PlatformState
from app.routes.middleware.csrf import SAFE_METHODS
from app.routes.middleware.public_paths import is_public_path

MAINTENANCE_PATH = "/administration/maintenance"
RETRY_AFTER_SECONDS = 60


class MaintenanceError(HTTPException):
    """app/routes/errors.py shows again what was typed."""

    status_code = 503


def is_read_only(scope: Scope, platform: PlatformState) -> bool:
    ends_it = scope["path"] == MAINTENANCE_PATH and scope.get("method") == "POST" and not platform.maintenance_forced
    return platform.read_only and not ends_it


class ReadOnly(ASGIMiddleware):
    """Runs after Authentication, so that the page of the refusal keeps the person's menu."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        unsafe = scope["method"] not in SAFE_METHODS  # type: ignore[typeddict-item]
        if unsafe and not is_public_path(scope) and is_read_only(scope, scope["state"]["platform"]):
            raise MaintenanceError
        await next_app(scope, receive, send)
