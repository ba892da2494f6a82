"""A database that comes back from a backup lives a past day again: nothing of that day may act by itself.

Sessions, login links and invitations of then open nothing; letters that waited then are held: they may have left since.
Source: security.md 4.11, T61.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.audit.log import write_audit
from app.domain.cases.mandate.sms_thread import TextState
from db.engine import transaction
from db.tables import Invitation, Letter, LoginRequest, PendingLogin, ProviderVisit, Session, Sms


@dataclass(frozen=True)
class Quieted:
    sessions: int
    links: int
    invitations: int
    letters: int
    texts: int


async def quiet(now: datetime) -> Quieted:
    """All of it, or nothing; a second time finds nothing more."""
    async with transaction():
        done = Quieted(
            sessions=len(await Session.delete(force=True).returning(Session.id)),
            links=await _end_logins(),
            invitations=await _cancel_invitations(now),
            letters=await _hold_letters(),
            texts=await _give_up_texts(),
        )
        await write_audit("platform.restored", now=now)
    return done


async def _end_logins() -> int:
    """Those that were under way too: neither a link nor a browser of then goes on."""
    await PendingLogin.delete(force=True)
    await ProviderVisit.delete(force=True)
    return len(await LoginRequest.delete(force=True).returning(LoginRequest.id))


async def _cancel_invitations(now: datetime) -> int:
    """Whoever keeps the team sends it again."""
    still_open = (Invitation.used_at.is_null(), Invitation.expires_at > now)
    return len(await Invitation.update({Invitation.expires_at: now}).where(*still_open).returning(Invitation.id))


async def _hold_letters() -> int:
    return len(await Letter.update({Letter.state: "held"}).where(Letter.state == "waiting").returning(Letter.id))


async def _give_up_texts() -> int:
    """A citizen is not asked twice: the page says that it did not leave, and the agent asks again."""
    waiting = Sms.update({Sms.state: TextState.FAILED}).where(Sms.state == TextState.WAITING)
    return len(await waiting.returning(Sms.id))


@dataclass(frozen=True)
class Held:
    """Letters that wait for somebody to say whether they leave; when the first and the last were written."""

    number: int
    first: datetime | None = None
    last: datetime | None = None


async def held_letters() -> Held:
    rows = await Letter.select(Letter.written_at).where(Letter.state == "held").order_by(Letter.written_at)
    return Held(len(rows), rows[0]["written_at"], rows[-1]["written_at"]) if rows else Held(0)


async def release_letters(now: datetime) -> int:
    """What is held leaves, if it still may; how many."""
    return await _settle_held({Letter.state: "waiting"}, "letters.released", now)


async def drop_letters(now: datetime) -> int:
    """What is held never leaves; how many."""
    return await _settle_held({Letter.state: "cancelled", Letter.sent_at: now}, "letters.dropped", now)


async def _settle_held(values: dict[Any, Any], action: str, now: datetime) -> int:
    async with transaction():
        settled = await Letter.update(values).where(Letter.state == "held").returning(Letter.id)
        if settled:
            await write_audit(action, now=now)
    return len(settled)
