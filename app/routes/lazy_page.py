"""A page that is built while it is sent."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response
from litestar.types import Receive, Scope, Send

Build = Callable[[Request[Any, Any, Any]], Awaitable[Response[Any]]]


class LazyPage(Response[None]):
    """Lets an exception handler, which cannot await, show a page built from the request's body.

    build receives the request instead of holding it, so that there is no reference cycle. The status and headers of
    this object override those of the page.
    """

    def __init__(self, build: Build, status: int) -> None:
        super().__init__(None, status_code=status)
        self._build = build

    def to_asgi_response(self, app: Any = None, request: Any = None, **options: Any) -> Any:
        async def send_page(scope: Scope, receive: Receive, send: Send) -> None:
            page = await self._build(request)
            page.status_code = self.status_code
            page.headers.update(self.headers)
            await page.to_asgi_response(app, request, **options)(scope, receive, send)

        return send_page
