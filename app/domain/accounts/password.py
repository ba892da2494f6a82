"""One's own password: optional, twelve characters, not a common one. Source: features.md L5, ASVS 5.0 6.2.

To change it, one says the present one, or has just come in by a link. A change closes every other session, and a letter
tells the person.
"""

from datetime import datetime, timedelta

from app.domain.accounts.actor import Actor
from app.domain.accounts.guessable import is_guessable
from app.domain.audit import write_audit
from app.domain.errors import Conflict, Invalid
from app.domain.lengths import excess
from app.domain.letters import LetterKind, write_letters
from app.domain.limits import Verb, spend
from app.domain.login.brakes import Attempt, count_attempt, release, signed_in
from app.domain.login.hashing import hash_password, matches, turn
from app.domain.login.password import LONGEST_PASSWORD
from app.domain.login.sessions import OpenSession, close_other_sessions
from app.settings import settings
from db.engine import transaction
from db.tables import Person

SHORTEST_PASSWORD = 12
FRESH = timedelta(minutes=15)


async def has_password(actor: Actor) -> bool:
    return bool(await _known_hash(actor))


async def must_say_present_one(actor: Actor, session: OpenSession, now: datetime) -> bool:
    """Not when there is none, nor when a link has just proved who is there: that is the way back for who forgot it."""
    just_came_by_link = session.by_link and now - session.created_at < FRESH
    return not just_came_by_link and await has_password(actor)


async def set_password(
    actor: Actor, session: OpenSession, *, present: str, new: str, again: str, network: str, now: datetime
) -> None:
    """Chooses or changes it. Raises Invalid for each field, TooOften, Conflict (changed elsewhere meanwhile)."""
    known = await _known_hash(actor)
    wrong = _wrong_choice(actor, new, again)
    if await must_say_present_one(actor, session, now):
        wrong = await _wrong_present(actor, known, present, network, now) | wrong
    if wrong:
        raise Invalid(**wrong)
    await spend(Verb.PASSWORD, actor, now)
    await _replace(actor, session, known, await hash_password(new, account=actor.address, now=now), now)


async def remove_password(actor: Actor, session: OpenSession, now: datetime) -> None:
    """From now on links alone. Removing it twice changes nothing the second time."""
    if known := await _known_hash(actor):
        await _replace(actor, session, known, "", now)


async def _known_hash(actor: Actor) -> str:
    row = await Person.select(Person.password_hash).where(Person.id == actor.id).first()
    return str(row["password_hash"]) if row else ""


async def _replace(actor: Actor, session: OpenSession, known: str, new: str, now: datetime) -> None:
    async with transaction():
        changed = await (
            Person.update({Person.password_hash: new})
            .where(Person.id == actor.id, Person.password_hash == known)
            .returning(Person.id)
        )
        if not changed:
            raise Conflict("Votre mot de passe vient d’être changé dans une autre fenêtre. Rechargez cette page.")
        await close_other_sessions(actor, session, now)
        kind = LetterKind.PASSWORD_SET if new else LetterKind.PASSWORD_OFF
        await write_letters(kind, [actor.id], now=now)
        await write_audit("password.set" if new else "password.removed", now=now, person_id=actor.id)


async def _wrong_present(actor: Actor, known: str, present: str, network: str, now: datetime) -> dict[str, str]:
    if not present:
        return {"mot-de-passe-actuel": "Saisissez votre mot de passe actuel."}
    own = {"account": actor.address, "network": network, "familiar": signed_in(actor.id)}
    async with turn(network=network, familiar=actor.address, now=now) as lane:
        await count_attempt(Attempt.PASSWORD, **own, now=now)
        if await matches(lane, known, present):
            await release(Attempt.PASSWORD, **own)
            return {}
    return {"mot-de-passe-actuel": "Ce n’est pas votre mot de passe actuel. Si vous l’avez oublié, recevez un lien."}


def _wrong_choice(actor: Actor, new: str, again: str) -> dict[str, str]:
    if len(new) < SHORTEST_PASSWORD:
        return {"mot-de-passe": f"Choisissez au moins {SHORTEST_PASSWORD} caractères : plusieurs mots font l’affaire."}
    if len(new) > LONGEST_PASSWORD:
        return {"mot-de-passe": excess(len(new), LONGEST_PASSWORD)}
    if is_guessable(new, _about(actor)):
        return {
            "mot-de-passe": "Ce mot de passe se devine trop vite : il contient surtout des mots courants, une suite, "
            "votre nom, votre adresse ou votre structure. Choisissez plusieurs mots sans rapport entre eux."
        }
    return (
        {}
        if new == again
        else {"mot-de-passe-encore": "Les deux saisies sont différentes. Saisissez de nouveau les deux."}
    )


def _about(actor: Actor) -> list[str]:
    teams = [text for seat in actor.seats for text in (seat.team_name, seat.acronym)]
    return [actor.address, actor.first_name, actor.last_name, settings.brand, *teams]
