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

from app.domain.authentication.reauthentication import has_recent_proof
from app.domain.authentication.second_factor import must_set_up_factor
from app.domain.authentication.sessions import OpenSession
from app.domain.tokens import is_equal_constant_time
from app.routes.deps import provide_now
from app.routes.middleware.client_address import is_local_client
from app.settings import settings

READ_METHODS = (HttpMethod.GET, HttpMethod.HEAD)
"""For the few addresses that machines look at, some by HEAD."""
Connection = ASGIConnection[Any, Any, Any, Any]


class FirstVisitError(HTTPException):
    """Signed in, and the terms of use are not accepted yet: app/routes/errors.py leads to /bienvenue."""

    status_code = 403


class SecondFactorError(HTTPException):
    """An administrator who has not proved twice who they are: app/routes/errors.py leads to where it is set up."""

    status_code = 403


class StaleLoginError(HTTPException):
    """A login too old for what proves who one is: app/routes/errors.py leads to /profil/confirmation."""

    status_code = 403


async def allow_anyone(connection: Connection, handler: BaseRouteHandler) -> None:
    """Anyone: nothing personal is shown."""


def may_see_demo(connection: Connection) -> bool:
    """Whether the demonstration's own pages answer this request."""
    return settings.public_demo or is_local_client(connection)


def may_see_mailbox(connection: Connection) -> bool:
    """Whether /demo/mails does: the banner of each page links to it."""
    return settings.has_demo_mailbox and may_see_demo(connection)


async def require_local_machine(connection: Connection, handler: BaseRouteHandler) -> None:
    """Those who sit at the machine of a demonstration, or all with DEMO_PUBLIC=1; for others the page is absent."""
    if may_see_demo(connection):
        return
    raise NotFoundException if connection.scope.get("method") == HttpMethod.GET else MethodNotAllowedException


async def require_session(connection: Connection, handler: BaseRouteHandler) -> None:
    """A person with an open session, even one whose first visit is not finished: that page, and leaving."""
    if connection.scope.get("user") is None:
        raise NotAuthorizedException("session")


async def require_first_visit_done(connection: Connection, handler: BaseRouteHandler) -> None:
    """A person with an open session, who has arrived: the page of their own second factor, no other."""
    await require_session(connection, handler)
    if not connection.user.accepted_terms:
        raise FirstVisitError


async def require_signed_in(connection: Connection, handler: BaseRouteHandler) -> None:
    """The same, once they have the second factor that their role asks. What they may see is the domain's business."""
    await require_first_visit_done(connection, handler)
    if must_set_up_factor(connection.user, connection.auth):
        raise SecondFactorError


async def require_recent_login(connection: Connection, handler: BaseRouteHandler) -> None:
    """Who has proved who they are less than ten minutes ago. Beside signed_in or setting_up, never alone."""
    check_recent_login(connection.auth, await provide_now(connection.app.state))


def check_recent_login(session: OpenSession, now: datetime) -> None:
    if not has_recent_proof(session, now):
        raise StaleLoginError


async def require_sms_provider(connection: Connection, handler: BaseRouteHandler) -> None:
    """The provider of SMS, by SMS_ANSWERS_SECRET; while that is not set, every call is refused.

    The guard of one address: app/routes/webhooks/sms.py.
    """
    secret, told = settings.sms.answers_secret, connection.headers.get("authorization", "")
    if not is_equal_constant_time(told, f"Bearer {secret}") or not secret:
        raise PermissionDeniedException("secret")


ENTRY_GUARDS = frozenset(
    {
        allow_anyone,
        require_local_machine,
        require_session,
        require_first_visit_done,
        require_signed_in,
        require_sms_provider,
    }
)
"""One of these says who may enter a route; `proved` alone does not."""
