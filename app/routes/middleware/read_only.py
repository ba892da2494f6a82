"""While maintenance lasts, one place refuses whatever would write: an unsafe method goes no further than here.

Below it the engines refuse too (db/read_only.py). The page that ends maintenance is the one way through.
"""

from litestar.exceptions import HTTPException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from app.domain.platform.state import PlatformState
from app.routes.middleware.csrf import SAFE_METHODS
from app.routes.middleware.public_paths import for_anybody

MAINTENANCE = "/administration/maintenance"
RETRY_AFTER = 60


class MaintenanceError(HTTPException):
    """app/routes/errors.py gives back what was typed."""

    status_code = 503


def writes_nothing(scope: Scope, platform: PlatformState) -> bool:
    ends_it = scope["path"] == MAINTENANCE and scope.get("method") == "POST" and not platform.forced
    return platform.read_only and not ends_it


class ReadOnly(ASGIMiddleware):
    """After Authentication: the page that refuses keeps the menu of who is signed in."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        unsafe = scope["method"] not in SAFE_METHODS  # type: ignore[typeddict-item]
        if unsafe and not for_anybody(scope) and writes_nothing(scope, scope["state"]["platform"]):
            raise MaintenanceError
        await next_app(scope, receive, send)
