"""Open sessions: a new secret at each login, only its digest under SECRET_KEY kept. Source: features.md L4.

Without « Rester connecté »: 12 hours idle, 7 days at most. With it: 30 days. Whoever administers: 12 hours in all.
Another SECRET_KEY ends them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.audit.log import write_audit
from app.domain.errors import NotFound
from app.domain.signals import Signal
from app.domain.tokens import digest_under_key, key_mark, new_token
from db.encryption import seal, unseal
from db.engine import on_commit, transaction
from db.read_only import is_reading_only
from db.tables import PendingLogin, Person, Session

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
REMEMBERED = timedelta(days=30)
ADMINISTRATION = timedelta(hours=12)
"""A working day, whatever was ticked: what that session can do is worth coming in again for (security.md 1.1, V7)."""
_SEEN_EVERY = timedelta(minutes=1)
_COLUMNS = (
    "id",
    "token_hash",
    "person",
    "created_at",
    "seen_at",
    "ends_at",
    "remember",
    "browser",
    "by_link",
    "second_factor",
    "proved_at",
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
    proved_at: datetime | None


@dataclass(frozen=True)
class SessionsEnded:
    """All of a person's sessions, at once; everybody's where person_id is None."""

    person_id: int | None

    def concerns(self, actor: Actor) -> bool:
        return self.person_id in (None, actor.id)


sessions_ended = Signal[[SessionsEnded]]()
"""Sent after the commit. The composition root connects the live bus."""


async def begin_session(
    person_id: int,
    *,
    remember: bool,
    browser: str,
    now: datetime,
    by_link: bool = False,
    second_factor: bool = False,
    logout_hint: str = "",
    former: str = "",
) -> str:
    """The secret for the cookie: 256 random bits, never one that the browser brought: that session ends."""
    token, short = new_token(), await administers(person_id)
    async with transaction():
        await Session.delete().where(Session.token_hash == session_digest(former))
        await Session.insert(
            Session(
                token_hash=session_digest(token),
                person=person_id,
                created_at=now,
                seen_at=now,
                ends_at=now + (ADMINISTRATION if short else REMEMBERED if remember else LONGEST),
                remember=remember and not short,
                browser=browser[:120],
                by_link=by_link,
                second_factor=second_factor,
                logout_hint=seal(Session.logout_hint, person_id, logout_hint),
            )
        )
        await write_audit("login", now=now, person_id=person_id)
    return token


async def administers(person_id: int) -> bool:
    """Their browser is not told to keep the session either."""
    return bool(await Person.exists().where(Person.id == person_id, Person.platform_role == PlatformRole.ADMIN))


def session_digest(token: str) -> str:
    return digest_under_key("session", token)


def session_sql() -> str:
    """What open_session reads, of a row of session."""
    return ", ".join(f"session.{name} AS session_{name}" for name in _COLUMNS)


def open_session(row: Mapping[str, Any], now: datetime) -> OpenSession | None:
    """The session of this row, unless there is none or it has ended."""
    if row["session_id"] is None or now >= row["session_ends_at"] or _idle(row, now):
        return None
    if not row["session_token_hash"].startswith(key_mark()):
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
        proved_at=row["session_proved_at"],
    )


def _idle(row: Mapping[str, Any], now: datetime) -> bool:
    return not row["session_remember"] and now - row["session_seen_at"] >= IDLE


async def note_use(session: OpenSession, now: datetime) -> None:
    """Its last use, written at most once a minute, and not in maintenance.

    Not called for what an open page asks by itself: that is no use of it, or an abandoned desk would never be locked.
    """
    if now - session.seen_at >= _SEEN_EVERY and not is_reading_only():
        await Session.update({Session.seen_at: now}).where(Session.id == session.id)


async def list_sessions(actor: Actor, now: datetime) -> list[OpenSession]:
    """The actor's own open sessions, the last used first."""
    rows = await Session.raw(
        f"SELECT {session_sql()} FROM session WHERE person = {{}} ORDER BY seen_at DESC",  # noqa: S608 # nosec B608
        actor.id,
    )
    return [session for row in rows if (session := open_session(row, now))]


async def close_session(actor: Actor, session_id: int, now: datetime) -> None:
    """Ends one of the actor's sessions at once. Raises NotFound for anyone else's."""
    async with transaction():
        gone = await Session.delete().where(Session.id == session_id, Session.person == actor.id).returning(Session.id)
        if not gone:
            raise NotFound("Cette session est déjà fermée.")
        await write_audit("logout", now=now, person_id=actor.id)


async def end_sessions(person_id: int) -> None:
    """Every session of a person, and every login that is not finished; with the commit every stream they had open."""
    await Session.delete().where(Session.person == person_id)
    await PendingLogin.delete().where(PendingLogin.person == person_id)
    on_commit(lambda: sessions_ended.send(SessionsEnded(person_id)))


async def end_everyones_sessions(but: OpenSession) -> None:
    """The same for everybody, except the session `but`. Inside the verb's transaction."""
    await Session.delete().where(Session.id != but.id)
    await PendingLogin.delete(force=True)
    on_commit(lambda: sessions_ended.send(SessionsEnded(None)))


async def close_other_sessions(actor: Actor, session: OpenSession, now: datetime) -> None:
    """Ends at once every session of the actor but this one, and every login that is not finished."""
    await PendingLogin.delete().where(PendingLogin.person == actor.id)
    gone = await Session.delete().where(Session.person == actor.id, Session.id != session.id).returning(Session.id)
    for _ in gone:
        await write_audit("logout", now=now, person_id=actor.id)


async def close_my_other_sessions(actor: Actor, session: OpenSession, now: datetime) -> None:
    """By the person themselves, from their profile."""
    async with transaction():
        await close_other_sessions(actor, session, now)


async def mark_second_factor(session: OpenSession, proved: bool) -> None:
    """Whether this session's person has proved twice who they are. Inside the verb's transaction."""
    await Session.update({Session.second_factor: proved}).where(Session.id == session.id)


async def mark_proved(session: OpenSession, now: datetime) -> str:
    """The person has just proved again who they are: the session's new secret (ASVS 5.0, 7.2.4). Empty when another
    request, at the same moment, has given it one. Inside the verb's transaction.
    """
    token = new_token()
    changed = await (
        Session.update({Session.proved_at: now, Session.token_hash: session_digest(token)})
        .where(Session.id == session.id, Session.token_hash == session.token_hash)
        .returning(Session.id)
    )
    return token if changed else ""


async def logout_hint_of(session: OpenSession) -> str:
    """What ProConnect wants told when this session ends; empty when another door opened it. Raises UnreadableError."""
    row = await Session.select(Session.logout_hint).where(Session.id == session.id).first()
    return unseal(Session.logout_hint, session.person_id, row["logout_hint"]) if row else ""
