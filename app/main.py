"""create_app(): the only place where routes, components, gateways and errors meet."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import MutableScopeHeaders, State
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import DefineMiddleware
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig
from litestar.types import ControllerRouterHandler, Message, Scope
from markupsafe import Markup

from app import labels
from app.routes import access, assets, csrf, errors
from app.routes.authentication import Authentication
from app.routes.deps import provide_actor, provide_now
from app.routes.forms import provide_form
from app.settings import settings

COMPONENTS = Path(__file__).parent / "components"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def environment() -> Environment:
    """Escapes everything, letters in plain text excepted; a misspelt name is an error, never an empty string."""
    jinja = Environment(
        loader=FileSystemLoader(COMPONENTS),
        autoescape=lambda name: not (name or "").endswith(".txt"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.globals.update(
        brand=settings.brand,
        demo=settings.demo,
        theme_css=settings.theme_css,
        contact_address=settings.contact_address,
        public_url=settings.public_url,
        asset=assets.asset,
        csrf_field=_csrf_field,
    )
    jinja.filters.update(labels.FILTERS)
    return jinja


@pass_context
def _csrf_field(context: Context) -> Markup:
    return csrf.csrf_field(context["request"])


def create_app(*, clock: Callable[[], datetime] | None = None) -> Litestar:
    handlers = route_handlers()
    require_guards(handlers)
    return Litestar(
        route_handlers=handlers,
        middleware=[DefineMiddleware(Authentication, exclude=["^/s/"])],
        dependencies={
            "actor": Provide(provide_actor),
            "now": Provide(provide_now),
            "form": Provide(provide_form),
        },
        before_request=csrf.guard_origin,
        before_send=[_finish],
        exception_handlers=errors.HANDLERS,
        template_config=TemplateConfig(engine=JinjaTemplateEngine.from_environment(environment())),
        compression_config=CompressionConfig(
            backend="brotli", brotli_quality=5, minimum_size=400, exclude=["^/s/", "^/flux"]
        ),
        request_max_body_size=64 * 1024,
        openapi_config=None,
        state=State({"clock": clock}),
    )


def route_handlers() -> list[ControllerRouterHandler]:
    return [*assets.handlers]


def require_guards(handlers: Sequence[Any]) -> None:
    """Default is refusal: a route that names none of access.GUARDS stops the start."""
    for handler in handlers:
        if isinstance(handler, HTTPRouteHandler) and not access.GUARDS.intersection(handler.guards or ()):
            raise RuntimeError(f"{handler.handler_name} names no guard of app/routes/access.py")


async def _finish(message: Message, scope: Scope) -> None:
    """The outermost hook: errors, files and redirections carry the headers too."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("Cache-Control", "no-store")
