"""Sessions closed by an administrator: all of one person, or everybody's but their own. Source: ASVS 5.0, 7.4.5."""

from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require
from app.domain.accounts.existing import require_account
from app.domain.audit.log import write_audit
from app.domain.authentication.sessions import OpenSession, end_everyones_sessions, end_sessions
from app.domain.email.queue_email import LetterKind, write_letters
from app.domain.errors import Refused
from db.engine import transaction
from db.tables import Session

_SELF = "Fermez vos autres sessions depuis votre profil."


async def close_sessions_of(actor: Actor, person_id: int, now: datetime) -> None:
    """A letter tells the person. Raises NotFound, Refused."""
    require(actor, Duty.CLOSE_SESSIONS)
    if person_id == actor.id:
        raise Refused(_SELF)
    async with transaction():
        await require_account(person_id)
        await end_sessions(person_id)
        await write_letters(LetterKind.SESSIONS_CLOSED, [person_id], now=now)
        await write_audit("sessions.closed", now=now, person_id=actor.id, about_id=person_id)


async def count_other_sessions(actor: Actor, session: OpenSession) -> int:
    """How many rows closing everybody's would end."""
    require(actor, Duty.CLOSE_SESSIONS)
    number: int = await Session.count().where(Session.id != session.id)
    return number


async def close_everyones_sessions(actor: Actor, session: OpenSession, now: datetime) -> None:
    """All but the session that asks. No letter: thousands would say what each page says, to come in again."""
    require(actor, Duty.CLOSE_SESSIONS)
    async with transaction():
        await end_everyones_sessions(session)
        await write_audit("sessions.everyones", now=now, person_id=actor.id)
