"""Who may enter a route. Its router names one of these guards (handlers.py); a route without one stops the start.

They are coroutines that wait for nothing: Litestar runs a plain function in another thread.
"""

from datetime import datetime
from typing import Any

from litestar.connection import ASGIConnection
from litestar.enums import HttpMethod
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotAuthorizedException,
    NotFoundException,
    PermissionDeniedException,
)
from litestar.handlers import BaseRouteHandler

from app.domain.authentication.reauthentication import has_proved
from app.domain.authentication.second_factor import must_set_up
from app.domain.authentication.sessions import OpenSession
from app.domain.tokens import same
from app.routes.deps import provide_now
from app.routes.middleware.client_address import is_from_this_machine
from app.settings import settings

READING = (HttpMethod.GET, HttpMethod.HEAD)
"""For the few addresses that machines look at, some by HEAD."""
Connection = ASGIConnection[Any, Any, Any, Any]


class FirstVisitError(HTTPException):
    """Signed in, and the terms of use are not accepted yet: app/routes/errors.py leads to /bienvenue."""

    status_code = 403


class SecondFactorError(HTTPException):
    """An administrator who has not proved twice who they are: app/routes/errors.py leads to where it is set up."""

    status_code = 403


class ProofError(HTTPException):
    """A login too old for what proves who one is: app/routes/errors.py leads to /profil/confirmation."""

    status_code = 403


async def public(connection: Connection, handler: BaseRouteHandler) -> None:
    """Anyone: nothing personal is shown."""


def sees_demonstration(connection: Connection) -> bool:
    """Whether the demonstration's own pages answer this request."""
    return settings.public_demo or is_from_this_machine(connection)


def sees_mailbox(connection: Connection) -> bool:
    """Whether /demo/mails does: the banner of each page links to it."""
    return settings.has_mailbox and sees_demonstration(connection)


async def on_this_machine(connection: Connection, handler: BaseRouteHandler) -> None:
    """Those who sit at the machine of a demonstration, or all with DEMO_PUBLIC=1; for others the page is absent."""
    if sees_demonstration(connection):
        return
    raise NotFoundException if connection.scope.get("method") == HttpMethod.GET else MethodNotAllowedException


async def arriving(connection: Connection, handler: BaseRouteHandler) -> None:
    """A person with an open session, even one whose first visit is not finished: that page, and leaving."""
    if connection.scope.get("user") is None:
        raise NotAuthorizedException("session")


async def setting_up(connection: Connection, handler: BaseRouteHandler) -> None:
    """A person with an open session, who has arrived: the page of their own second factor, no other."""
    await arriving(connection, handler)
    if not connection.user.arrived:
        raise FirstVisitError


async def signed_in(connection: Connection, handler: BaseRouteHandler) -> None:
    """The same, once they have the second factor that their role asks. What they may see is the domain's business."""
    await setting_up(connection, handler)
    if must_set_up(connection.user, connection.auth):
        raise SecondFactorError


async def proved(connection: Connection, handler: BaseRouteHandler) -> None:
    """Who has proved who they are less than ten minutes ago. Beside signed_in or setting_up, never alone."""
    require_proof(connection.auth, await provide_now(connection.app.state))


def require_proof(session: OpenSession, now: datetime) -> None:
    if not has_proved(session, now):
        raise ProofError


async def sms_provider(connection: Connection, handler: BaseRouteHandler) -> None:
    """The provider of SMS, by SMS_ANSWERS_SECRET; while that is not set, every call is refused.

    The guard of one address: app/routes/webhooks/sms.py.
    """
    secret, told = settings.sms.answers_secret, connection.headers.get("authorization", "")
    if not same(told, f"Bearer {secret}") or not secret:
        raise PermissionDeniedException("secret")


GUARDS = frozenset({public, on_this_machine, arriving, setting_up, signed_in, sms_provider})
"""One of these says who may enter a route; `proved` alone does not."""
