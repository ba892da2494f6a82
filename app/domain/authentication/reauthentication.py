"""Before a person changes what proves who they are, they prove it again. Source: ASVS 5.0, 7.5.1.

A proof is a login or one of the two below. It counts for ten minutes, in its own session. A person who has a second
factor gives a code; of the others, a person who has a password gives it. All may log in again by link (login_link.py).
"""

from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.accounts.actor import Actor
from app.domain.audit.log import write_audit
from app.domain.authentication.login_rate_limit import Attempt, build_signed_in_key, count_attempt, release_attempts
from app.domain.authentication.password_hash import reserve_hash_slot, verify_password
from app.domain.authentication.pending_login import WRONG_CODE
from app.domain.authentication.sessions import OpenSession, record_reauthentication
from app.domain.authentication.stored_factor import accept_code, has_second_factor
from app.domain.errors import Invalid
from db.engine import transaction
from db.tables.people import Person

PROOF_LIFETIME = timedelta(minutes=10)
"""Long enough to take out a phone and photograph a code, shorter than a coffee break beside an open desk."""


class ProofKind(StrEnum):
    CODE = "code"
    PASSWORD = "mot-de-passe"  # noqa: S105
    LINK = "lien"


def has_recent_proof(session: OpenSession, now: datetime) -> bool:
    return now - max(session.created_at, session.reauthenticated_at or session.created_at) < PROOF_LIFETIME


def has_reauthenticated(session: OpenSession, now: datetime) -> bool:
    """In this session, after the login."""
    return session.reauthenticated_at is not None and now - session.reauthenticated_at < PROOF_LIFETIME


async def find_proof_kind(actor: Actor) -> ProofKind:
    if await has_second_factor(actor.id):
        return ProofKind.CODE
    return ProofKind.PASSWORD if await find_password_hash(actor) else ProofKind.LINK


async def find_password_hash(actor: Actor) -> str:
    """Empty for a person without a password."""
    row = await Person.select(Person.password_hash).where(Person.id == actor.id).first()
    return str(row["password_hash"]) if row else ""


async def reauthenticate(actor: Actor, session: OpenSession, typed: str, network: str, now: datetime) -> str:
    """typed: what find_proof_kind asks for. Returns the session's new secret. Raises Invalid, TooManyRequests."""
    if await find_proof_kind(actor) == ProofKind.CODE:
        return await _reauthenticate_by_code(actor, session, typed, network, now)
    if wrong := await find_current_password_error(actor, await find_password_hash(actor), typed, network, now):
        raise Invalid(**{"mot-de-passe": wrong})
    async with transaction():
        return await _record_proof(actor, session, now)


async def _reauthenticate_by_code(actor: Actor, session: OpenSession, typed: str, network: str, now: datetime) -> str:
    own = {"account": str(actor.id), "network": network, "known_browser": build_signed_in_key(actor.id)}
    await count_attempt(Attempt.SECOND_FACTOR, **own, now=now)
    async with transaction():
        if not await accept_code(actor.id, typed, now):
            raise Invalid(code=WRONG_CODE if typed else "Saisissez les six chiffres que votre application affiche.")
        await release_attempts(Attempt.SECOND_FACTOR, **own)
        return await _record_proof(actor, session, now)


async def _record_proof(actor: Actor, session: OpenSession, now: datetime) -> str:
    await write_audit("proof.given", now=now, person_id=actor.id)
    return await record_reauthentication(session, now)


async def find_current_password_error(actor: Actor, stored_hash: str, typed: str, network: str, now: datetime) -> str:
    """What is wrong with the typed password, empty when it is right. Raises TooManyRequests."""
    if not typed:
        return "Saisissez votre mot de passe actuel."
    own = {"account": actor.address, "network": network, "known_browser": build_signed_in_key(actor.id)}
    async with reserve_hash_slot(network=network, known_browser=actor.address, now=now) as lane:
        await count_attempt(Attempt.PASSWORD, **own, now=now)
        if await verify_password(lane, stored_hash, typed):
            await release_attempts(Attempt.PASSWORD, **own)
            return ""
    return "Ce n’est pas votre mot de passe actuel. Si vous l’avez oublié, recevez un lien."
