"""An administrator unbinds an account from its ProConnect identity. The next login by its address binds it again."""

from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require_duty
from app.domain.accounts.require_account import require_account
from app.domain.audit.log import write_audit
from app.domain.authentication.provider_identity import unbind_identity
from app.domain.authentication.sessions import end_person_sessions
from app.domain.email.queue_email import EmailKind, queue_emails
from app.domain.errors import Conflict, Forbidden
from db.engine import transaction


async def unbind_provider(actor: Actor, person_id: int, now: datetime) -> None:
    """An email informs the person. Raises NotFound, Forbidden (the actor's own), Conflict (not bound)."""
    require_duty(actor, Duty.RESET_FACTORS)
    if person_id == actor.id:
        raise Forbidden("Demandez-le à un autre administrateur.")
    async with transaction():
        await require_account(person_id)
        if not await unbind_identity(person_id):
            raise Conflict("Ce compte n’est lié à aucune identité ProConnect.")
        await end_person_sessions(person_id)
        await queue_emails(EmailKind.PROVIDER_UNBOUND, [person_id], now=now)
        await write_audit("proconnect.unbound", now=now, person_id=actor.id, target_person_id=person_id)
