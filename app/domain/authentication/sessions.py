"""Open sessions. Each login makes a new secret, stored only as an HMAC under SECRET_KEY. Source: features.md L4.

Without « Rester connecté », a session lasts 12 hours idle and 7 days at most; with it, 30 days; an administrator's, 12
hours in all. A new SECRET_KEY ends them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.accounts.last_visit import record_later_visit, record_visit
from app.domain.audit.log import write_audit
from app.domain.errors import NotFound
from app.domain.signals import Signal
from app.domain.teams.dead_mailboxes import clear_undelivered
from app.domain.tokens import compute_key_fingerprint, hash_token_with_key, make_token
from db.encryption import encrypt
from db.engine import on_commit, transaction
from db.read_only import is_read_only
from db.tables.login import PendingLogin
from db.tables.people import Person
from db.tables.sessions import Session

IDLE_TIMEOUT = timedelta(hours=12)
LIFETIME = timedelta(days=7)
REMEMBERED_LIFETIME = timedelta(days=30)
ADMIN_LIFETIME = timedelta(hours=12)
"""A working day, even with « Rester connecté »: what that session can do is worth a new login (security.md 1.1, V7)."""
_SEEN_INTERVAL = timedelta(minutes=1)
_COLUMNS = (
    *("id", "token_hash", "person", "created_at", "seen_at", "ends_at", "remember", "browser", "by_link"),
    *("second_factor", "reauthenticated_at"),
)


@dataclass(frozen=True)
class OpenSession:
    id: int
    token_hash: str
    person_id: int
    created_at: datetime
    seen_at: datetime
    remember: bool
    browser: str
    by_link: bool
    second_factor: bool
    reauthenticated_at: datetime | None


@dataclass(frozen=True)
class SessionsEnded:
    """All sessions of a person end at once; everyone's where person_id is None."""

    person_id: int | None

    def is_visible_to(self, actor: Actor) -> bool:
        return self.person_id in (None, actor.id)


sessions_ended = Signal[[SessionsEnded]]()
"""Sent after the commit. app/server/background.py connects the live updates."""


async def begin_session(
    person_id: int,
    *,
    remember: bool,
    browser: str,
    now: datetime,
    by_link: bool = False,
    second_factor: bool = False,
    logout_hint: str = "",
    former_session: str = "",
) -> str:
    """Returns the secret for the cookie: 256 random bits, never one that the browser brought. former_session ends."""
    token, short = make_token(), await is_admin(person_id)
    async with transaction():
        await Session.delete().where(Session.token_hash == hash_session_token(former_session))
        await Session.insert(
            Session(
                token_hash=hash_session_token(token),
                person=person_id,
                created_at=now,
                seen_at=now,
                ends_at=now + (ADMIN_LIFETIME if short else REMEMBERED_LIFETIME if remember else LIFETIME),
                remember=remember and not short,
                browser=browser[:120],
                by_link=by_link,
                second_factor=second_factor,
                logout_hint=encrypt(Session.logout_hint, person_id, logout_hint),
            )
        )
        await record_visit(person_id, now)
        await write_audit("login", now=now, person_id=person_id)
        await clear_undelivered(person_id, now)
    return token


async def is_admin(person_id: int) -> bool:
    """The browser of an administrator does not keep the session either."""
    return bool(await Person.exists().where(Person.id == person_id, Person.platform_role == PlatformRole.ADMIN))


def hash_session_token(token: str) -> str:
    return hash_token_with_key("session", token)


def build_session_columns() -> str:
    """The columns that decode_session reads, for a query on session."""
    return ", ".join(f"session.{name} AS session_{name}" for name in _COLUMNS)


def decode_session(row: Mapping[str, Any], now: datetime) -> OpenSession | None:
    """Returns None without a session, and for one that has ended."""
    if row["session_id"] is None or now >= row["session_ends_at"] or _is_idle(row, now):
        return None
    if not row["session_token_hash"].startswith(compute_key_fingerprint()):
        return None
    return OpenSession(
        id=row["session_id"],
        token_hash=row["session_token_hash"],
        person_id=row["session_person"],
        created_at=row["session_created_at"],
        seen_at=row["session_seen_at"],
        remember=row["session_remember"],
        browser=row["session_browser"],
        by_link=row["session_by_link"],
        second_factor=row["session_second_factor"],
        reauthenticated_at=row["session_reauthenticated_at"],
    )


def _is_idle(row: Mapping[str, Any], now: datetime) -> bool:
    return not row["session_remember"] and now - row["session_seen_at"] >= IDLE_TIMEOUT


async def record_session_use(session: OpenSession, now: datetime) -> None:
    """Written at most once a minute, and not in maintenance; the first of a day is a visit (last_visit.py).

    Not called for what an open page requests by itself: with that, an abandoned desk would never be logged out.
    """
    if now - session.seen_at >= _SEEN_INTERVAL and not is_read_only():
        await Session.update({Session.seen_at: now}).where(Session.id == session.id)
        await record_later_visit(session.person_id, session.seen_at, now)


async def list_sessions(actor: Actor, now: datetime) -> list[OpenSession]:
    """The actor's own open sessions, the last used first."""
    rows = await Session.raw(
        f"SELECT {build_session_columns()} FROM session WHERE person = {{}} ORDER BY seen_at DESC",  # noqa: S608 # nosec B608
        actor.id,
    )
    return [session for row in rows if (session := decode_session(row, now))]


async def close_session(actor: Actor, session_id: int, now: datetime) -> None:
    """Raises NotFound for a session that is not the actor's."""
    async with transaction():
        gone = await Session.delete().where(Session.id == session_id, Session.person == actor.id).returning(Session.id)
        if not gone:
            raise NotFound("Cette session est déjà fermée.")
        await write_audit("logout", now=now, person_id=actor.id)


async def end_person_sessions(person_id: int) -> None:
    """Ends the person's sessions and pending logins, and with the commit their live updates."""
    await Session.delete().where(Session.person == person_id)
    await PendingLogin.delete().where(PendingLogin.person == person_id)
    on_commit(lambda: sessions_ended.send(SessionsEnded(person_id)))


async def end_all_sessions(except_session: OpenSession) -> None:
    """Ends everyone's sessions and pending logins, except except_session. Inside the caller's transaction."""
    await Session.delete().where(Session.id != except_session.id)
    await PendingLogin.delete(force=True)
    on_commit(lambda: sessions_ended.send(SessionsEnded(None)))


async def close_other_sessions(actor: Actor, session: OpenSession, now: datetime) -> None:
    """Ends the actor's other sessions at once, and their pending logins."""
    await PendingLogin.delete().where(PendingLogin.person == actor.id)
    gone = await Session.delete().where(Session.person == actor.id, Session.id != session.id).returning(Session.id)
    for _ in gone:
        await write_audit("logout", now=now, person_id=actor.id)


async def close_own_other_sessions(actor: Actor, session: OpenSession, now: datetime) -> None:
    async with transaction():
        await close_other_sessions(actor, session, now)


async def record_second_factor(session: OpenSession, proved: bool) -> None:
    """proved: the person has given a second factor in this session. Inside the caller's transaction."""
    await Session.update({Session.second_factor: proved}).where(Session.id == session.id)


async def record_reauthentication(session: OpenSession, now: datetime) -> str:
    """Returns the session's new secret (ASVS 5.0, 7.2.4); empty when another request at the same moment was first.

    Inside the caller's transaction.
    """
    token = make_token()
    changed = await (
        Session.update({Session.reauthenticated_at: now, Session.token_hash: hash_session_token(token)})
        .where(Session.id == session.id, Session.token_hash == session.token_hash)
        .returning(Session.id)
    )
    return token if changed else ""
