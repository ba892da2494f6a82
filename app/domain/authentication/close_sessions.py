"""An administrator closes all sessions of a person, or everyone's but their own. Source: ASVS 5.0, 7.4.5."""

from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require_duty
from app.domain.accounts.require_account import require_account
from app.domain.audit.log import write_audit
from app.domain.authentication.sessions import OpenSession, end_all_sessions, end_person_sessions
from app.domain.email.queue_email import EmailKind, queue_emails
from app.domain.errors import Forbidden
from db.engine import transaction
from db.tables.sessions import Session

_OWN_SESSIONS = "Fermez vos autres sessions depuis votre profil."


async def close_person_sessions(actor: Actor, person_id: int, now: datetime) -> None:
    """An email informs the person. Raises NotFound; Forbidden for the actor's own sessions."""
    require_duty(actor, Duty.CLOSE_SESSIONS)
    if person_id == actor.id:
        raise Forbidden(_OWN_SESSIONS)
    async with transaction():
        await require_account(person_id)
        await end_person_sessions(person_id)
        await queue_emails(EmailKind.SESSIONS_CLOSED, [person_id], now=now)
        await write_audit("sessions.closed", now=now, person_id=actor.id, target_person_id=person_id)


async def count_other_sessions(actor: Actor, session: OpenSession) -> int:
    """The number of sessions that close_all_sessions would end."""
    require_duty(actor, Duty.CLOSE_SESSIONS)
    number: int = await Session.count().where(Session.id != session.id)
    return number


async def close_all_sessions(actor: Actor, session: OpenSession, now: datetime) -> None:
    """Ends every session but the actor's. No email is sent: each page already asks its person to log in again."""
    require_duty(actor, Duty.CLOSE_SESSIONS)
    async with transaction():
        await end_all_sessions(session)
        await write_audit("sessions.everyones", now=now, person_id=actor.id)
