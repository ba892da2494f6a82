"""Who may enter a route. Each route has exactly one of ENTRY_GUARDS, usually by its router; else the start fails.

Guards are coroutines without await, since Litestar runs a plain function in a thread.
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
"""For the few addresses that machines read, some with HEAD."""
Connection = ASGIConnection[Any, Any, Any, Any]


class FirstVisitError(HTTPException):
    """Logged in, but the terms of use are not accepted: app/routes/errors.py redirects to /bienvenue."""

    status_code = 403


class SecondFactorError(HTTPException):
    """An admin without a second factor: app/routes/errors.py redirects to the page that sets it up."""

    status_code = 403


class StaleLoginError(HTTPException):
    """The last proof of identity is too old: app/routes/errors.py redirects to /profil/confirmation."""

    status_code = 403


async def allow_anyone(connection: Connection, handler: BaseRouteHandler) -> None:
    """For pages that show nothing personal."""


def may_see_demo(connection: Connection) -> bool:
    return settings.public_demo or is_local_client(connection)


def may_see_mailbox(connection: Connection) -> bool:
    """Also decides whether the banner of each page links to /demo/mails."""
    return settings.has_demo_mailbox and may_see_demo(connection)


async def require_local_machine(connection: Connection, handler: BaseRouteHandler) -> None:
    """Only clients on the machine of a demonstration, or everyone with DEMO_PUBLIC=1. Others get 404 or 405."""
    if may_see_demo(connection):
        return
    raise NotFoundException if connection.scope.get("method") == HttpMethod.GET else MethodNotAllowedException


async def require_session(connection: Connection, handler: BaseRouteHandler) -> None:
    """A session, also before the end of the first visit: for that page and for logging out."""
    if connection.scope.get("user") is None:
        raise NotAuthorizedException("session")


async def require_first_visit_done(connection: Connection, handler: BaseRouteHandler) -> None:
    """A session with the first visit done, even without the second factor: for the pages that set it up."""
    await require_session(connection, handler)
    if not connection.user.accepted_terms:
        raise FirstVisitError


async def require_signed_in(connection: Connection, handler: BaseRouteHandler) -> None:
    """A session with the first visit done and the second factor that the role requires. The domain checks the rest."""
    await require_first_visit_done(connection, handler)
    if must_set_up_factor(connection.user, connection.auth):
        raise SecondFactorError


async def require_recent_login(connection: Connection, handler: BaseRouteHandler) -> None:
    """A proof of identity less than ten minutes ago. Used with another guard, since it is not one of ENTRY_GUARDS."""
    check_recent_login(connection.auth, await provide_now(connection.app.state))


def check_recent_login(session: OpenSession, now: datetime) -> None:
    if not has_recent_proof(session, now):
        raise StaleLoginError


async def require_sms_provider(connection: Connection, handler: BaseRouteHandler) -> None:
    """The SMS provider, recognised by SMS_ANSWERS_SECRET. Every call is refused while it is not set.

    Guards app/routes/webhooks/sms.py only.
    """
    secret, authorization = settings.sms.answers_secret, connection.headers.get("authorization", "")
    if not is_equal_constant_time(authorization, f"Bearer {secret}") or not secret:
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
"""The guards that say who may enter a route. require_recent_login is not one: it restricts further."""
