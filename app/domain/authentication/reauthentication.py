"""Before what proves who one is changes, it is proved again. Source: ASVS 5.0, 7.5.1.

A proof is a login or one of the two below; it counts for ten minutes, in its own session. A second factor is the proof
of a person who has one; a password, of the others who have one. A new login by a link is open to all (login_link.py).
"""

from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.accounts.actor import Actor
from app.domain.audit.log import write_audit
from app.domain.authentication.login_rate_limit import Attempt, count_attempt, release, signed_in
from app.domain.authentication.password_hash import matches, turn
from app.domain.authentication.pending_login import WRONG_CODE
from app.domain.authentication.second_factor_login import accept_code, has_second_factor
from app.domain.authentication.sessions import OpenSession, mark_proved
from app.domain.errors import Invalid
from db.engine import transaction
from db.tables import Person

FRESH = timedelta(minutes=10)
"""Long enough to take out a telephone and photograph a code, shorter than a coffee break beside an open desk."""


class Proof(StrEnum):
    CODE = "code"
    PASSWORD = "mot-de-passe"  # noqa: S105
    LINK = "lien"


def has_proved(session: OpenSession, now: datetime) -> bool:
    return now - max(session.created_at, session.proved_at or session.created_at) < FRESH


def has_proved_again(session: OpenSession, now: datetime) -> bool:
    """In this session, after the login."""
    return session.proved_at is not None and now - session.proved_at < FRESH


async def proof_of(actor: Actor) -> Proof:
    """What this person is asked for."""
    if await has_second_factor(actor.id):
        return Proof.CODE
    return Proof.PASSWORD if await known_hash(actor) else Proof.LINK


async def known_hash(actor: Actor) -> str:
    """Empty for a person without a password."""
    row = await Person.select(Person.password_hash).where(Person.id == actor.id).first()
    return str(row["password_hash"]) if row else ""


async def prove_again(actor: Actor, session: OpenSession, typed: str, network: str, now: datetime) -> str:
    """By the code or the password that proof_of says; as mark_proved answers. Raises Invalid, TooOften."""
    if await proof_of(actor) == Proof.CODE:
        return await _prove_by_code(actor, session, typed, network, now)
    if wrong := await wrong_password(actor, await known_hash(actor), typed, network, now):
        raise Invalid(**{"mot-de-passe": wrong})
    async with transaction():
        return await _note(actor, session, now)


async def _prove_by_code(actor: Actor, session: OpenSession, typed: str, network: str, now: datetime) -> str:
    own = {"account": str(actor.id), "network": network, "familiar": signed_in(actor.id)}
    await count_attempt(Attempt.SECOND, **own, now=now)
    async with transaction():
        if not await accept_code(actor.id, typed, now):
            raise Invalid(code=WRONG_CODE if typed else "Saisissez les six chiffres que votre application affiche.")
        await release(Attempt.SECOND, **own)
        return await _note(actor, session, now)


async def _note(actor: Actor, session: OpenSession, now: datetime) -> str:
    await write_audit("proof.given", now=now, person_id=actor.id)
    return await mark_proved(session, now)


async def wrong_password(actor: Actor, known: str, typed: str, network: str, now: datetime) -> str:
    """What is wrong with the present password as it is typed, empty when it is right. Raises TooOften."""
    if not typed:
        return "Saisissez votre mot de passe actuel."
    own = {"account": actor.address, "network": network, "familiar": signed_in(actor.id)}
    async with turn(network=network, familiar=actor.address, now=now) as lane:
        await count_attempt(Attempt.PASSWORD, **own, now=now)
        if await matches(lane, known, typed):
            await release(Attempt.PASSWORD, **own)
            return ""
    return "Ce n’est pas votre mot de passe actuel. Si vous l’avez oublié, recevez un lien."
