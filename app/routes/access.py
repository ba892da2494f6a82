"""Who may enter a route. Each names one of these guards; one that names none does not start (app/main.py)."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler

Connection = ASGIConnection[Any, Any, Any, Any]


def public(connection: Connection, handler: BaseRouteHandler) -> None:
    """Anyone: nothing personal is shown."""


def signed_in(connection: Connection, handler: BaseRouteHandler) -> None:
    """A person with an open session. What they may see of it is the domain's business."""
    if connection.scope.get("user") is None:
        raise NotAuthorizedException("session")


GUARDS = frozenset({public, signed_in})
