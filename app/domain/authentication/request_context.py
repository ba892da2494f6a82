"""Loads the session, its person and the platform's state by one query, for each request and each live update.

Nothing is cached. A closed session, a deactivated account, a team left, a banner or maintenance counts at the next
request, in every process.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from app.domain.accounts.actor import Actor, build_actor_columns, decode_actor
from app.domain.authentication.sessions import OpenSession, build_session_columns, decode_session, hash_session_token
from app.domain.platform.state import PlatformState, build_platform_columns, decode_platform_state
from app.domain.teams.local_contact import LocalContact, build_contacts_query, decode_contacts
from db.engine import is_postgres
from db.tables.sessions import Session


@dataclass(frozen=True)
class RequestContext:
    """actor is None without an open session, and for a deactivated account. Public pages answer anyway."""

    platform: PlatformState
    session: OpenSession | None = None
    actor: Actor | None = None
    contacts: tuple[LocalContact, ...] = ()


async def load_request_context(token: str, now: datetime) -> RequestContext:
    """token: the secret of a session, empty without one. record_session_use writes its use."""
    if not token:
        (row,) = await Session.raw(_PLATFORM_QUERY)
        return RequestContext(decode_platform_state(row, now))
    (row,) = await Session.raw(_build_query(postgres=is_postgres()), hash_session_token(token))
    platform, session = decode_platform_state(row, now), decode_session(row, now)
    if session is None:
        return RequestContext(platform)
    return RequestContext(platform, session, decode_actor(row), decode_contacts(row))


_ONE_ROW = "(SELECT 1 AS always) AS everybody LEFT JOIN platform ON platform.id = 1"
"""Always one row: what is missing is null."""
_PLATFORM_QUERY = f"SELECT {build_platform_columns()} FROM {_ONE_ROW}"  # noqa: S608 # nosec B608


@cache
def _build_query(*, postgres: bool) -> str:
    """Built once for each database: SQLite and PostgreSQL nest lists differently (db/nested_rows.py)."""
    return f"""SELECT {build_platform_columns()}, {build_session_columns()}, {build_actor_columns()},
        {build_contacts_query()} FROM {_ONE_ROW}
        LEFT JOIN session ON session.token_hash = {{}}
        LEFT JOIN person ON person.id = session.person AND person.active"""  # noqa: S608 # nosec B608
