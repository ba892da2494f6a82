"""Who asks, and what holds for everybody: one question at each request and at each turn of a stream.

Nothing of it is remembered: a session closed, an account deactivated, a team left, a banner or maintenance count at the
next request, whichever process answers it.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from app.domain.accounts.actor import Actor, actor_in, actor_sql
from app.domain.authentication.sessions import OpenSession, open_session, session_digest, session_sql
from app.domain.platform.state import PlatformState, platform_sql, platform_state
from app.domain.teams.local_contact import LocalContact, contacts_in, contacts_sql
from db.engine import is_postgres
from db.tables import Session


@dataclass(frozen=True)
class Recognised:
    """Without an open session, or with a deactivated account, there is no actor: what is public answers anyway."""

    platform: PlatformState
    session: OpenSession | None = None
    actor: Actor | None = None
    contacts: tuple[LocalContact, ...] = ()


async def recognise(token: str, now: datetime) -> Recognised:
    """By the secret of a session, empty for whoever has none; its use is note_use's to write."""
    if not token:
        (row,) = await Session.raw(_PLATFORM)
        return Recognised(platform_state(row, now))
    (row,) = await Session.raw(_question(postgres=is_postgres()), session_digest(token))
    platform, session = platform_state(row, now), open_session(row, now)
    if session is None:
        return Recognised(platform)
    return Recognised(platform, session, actor_in(row), contacts_in(row))


_EVERYBODY = "(SELECT 1 AS always) AS everybody LEFT JOIN platform ON platform.id = 1"
"""One row always: what is not there is null."""
_PLATFORM = f"SELECT {platform_sql()} FROM {_EVERYBODY}"  # noqa: S608 # nosec B608


@cache
def _question(*, postgres: bool) -> str:
    """Written once for each database: they say a list inside a row differently (db/nested.py)."""
    return f"""SELECT {platform_sql()}, {session_sql()}, {actor_sql()}, {contacts_sql()}
        FROM {_EVERYBODY}
        LEFT JOIN session ON session.token_hash = {{}}
        LEFT JOIN person ON person.id = session.person AND person.active"""  # noqa: S608 # nosec B608
