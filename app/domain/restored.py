"""A database that comes back from a backup lives a past day again: nothing of that day may act by itself.

Sessions, login links and invitations of then open nothing; letters that waited then are held: they may have left since.
Source: security.md 4.11, T61.
"""

from dataclasses import dataclass
from datetime import datetime

from app.domain.audit import write_audit
from app.domain.mandates.exchange import TextState
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


async def release_letters(now: datetime) -> int:
    """What is held leaves, if it still may; how many."""
    async with transaction():
        freed = await Letter.update({Letter.state: "waiting"}).where(Letter.state == "held").returning(Letter.id)
        if freed:
            await write_audit("letters.released", now=now)
    return len(freed)
