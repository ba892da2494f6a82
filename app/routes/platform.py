"""While maintenance lasts, one place refuses whatever would write: an unsafe method goes no further than here.

Below it the engines refuse too (db/pausing.py). The page that ends maintenance is the one way through.
"""

from litestar.exceptions import HTTPException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from app.domain.platform import PlatformState
from app.routes.csrf import SAFE_METHODS

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
        """Where nobody was asked for, as for an asset or a probe, nothing is written either."""
        method, platform = scope["method"], scope["state"].get("platform")  # type: ignore[typeddict-item]
        if method not in SAFE_METHODS and platform is not None and writes_nothing(scope, platform):
            raise MaintenanceError
        await next_app(scope, receive, send)
