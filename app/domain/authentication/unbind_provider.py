"""An account unbound from its identity at ProConnect, by an administrator. The next entry binds it, by its address."""

from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require
from app.domain.accounts.existing import require_account
from app.domain.audit.log import write_audit
from app.domain.authentication.provider_identity import unbind
from app.domain.authentication.sessions import end_sessions
from app.domain.email.queue_email import LetterKind, write_letters
from app.domain.errors import Conflict, Refused
from db.engine import transaction


async def unbind_provider(actor: Actor, person_id: int, now: datetime) -> None:
    """Their sessions end and a letter tells them. Raises NotFound, Refused (oneself), Conflict (not bound)."""
    require(actor, Duty.RESET_FACTORS)
    if person_id == actor.id:
        raise Refused("Demandez-le à un autre administrateur.")
    async with transaction():
        await require_account(person_id)
        if not await unbind(person_id):
            raise Conflict("Ce compte n’est lié à aucune identité ProConnect.")
        await end_sessions(person_id)
        await write_letters(LetterKind.PROVIDER_UNBOUND, [person_id], now=now)
        await write_audit("proconnect.unbound", now=now, person_id=actor.id, about_id=person_id)
