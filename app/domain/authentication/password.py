"""One's own password: optional, never a common or leaked one (password_policy.py). Source: features.md L5, ASVS 5.0
6.2.

To change it, one says the present one, unless a link or reauthentication.py has just proved who is there. A change
closes every other session, and a letter tells the person.
"""

from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.audit.log import write_audit
from app.domain.authentication.password_hash import hash_password
from app.domain.authentication.password_policy import wrong_choice
from app.domain.authentication.reauthentication import FRESH, has_proved_again, known_hash, wrong_password
from app.domain.authentication.sessions import OpenSession, close_other_sessions
from app.domain.email.queue_email import LetterKind, write_letters
from app.domain.errors import Conflict, Invalid
from app.domain.rate_limit import Verb, spend
from db.engine import transaction
from db.tables import Person


async def has_password(actor: Actor) -> bool:
    return bool(await known_hash(actor))


async def must_say_present_one(actor: Actor, session: OpenSession, now: datetime) -> bool:
    """Not when there is none, nor when a link has just proved who is there: that is the way back for who forgot it."""
    just_came_by_link = session.by_link and now - session.created_at < FRESH
    return not just_came_by_link and not has_proved_again(session, now) and await has_password(actor)


async def set_password(
    actor: Actor, session: OpenSession, *, present: str, new: str, again: str, network: str, now: datetime
) -> None:
    """Chooses or changes it. Raises Invalid for each field, TooOften, Conflict (changed elsewhere meanwhile)."""
    known = await known_hash(actor)
    wrong = await _wrong_fields(actor, new, again)
    if await must_say_present_one(actor, session, now):
        refused = await wrong_password(actor, known, present, network, now)
        wrong = ({"mot-de-passe-actuel": refused} if refused else {}) | wrong
    if wrong:
        raise Invalid(**wrong)
    await _replace(actor, session, known, await hash_password(new, account=actor.address, now=now), now)


async def remove_password(actor: Actor, session: OpenSession, now: datetime) -> None:
    """From now on links alone. Removing it twice changes nothing the second time. Raises TooOften."""
    if known := await known_hash(actor):
        await _replace(actor, session, known, "", now)


async def _replace(actor: Actor, session: OpenSession, known: str, new: str, now: datetime) -> None:
    async with transaction():
        changed = await (
            Person.update({Person.password_hash: new})
            .where(Person.id == actor.id, Person.password_hash == known)
            .returning(Person.id)
        )
        if not changed:
            raise Conflict("Votre mot de passe vient d’être changé dans une autre fenêtre. Rechargez cette page.")
        await spend(Verb.PASSWORD, actor, now)
        await close_other_sessions(actor, session, now)
        kind = LetterKind.PASSWORD_SET if new else LetterKind.PASSWORD_OFF
        await write_letters(kind, [actor.id], now=now)
        await write_audit("password.set" if new else "password.removed", now=now, person_id=actor.id)


async def _wrong_fields(actor: Actor, new: str, again: str) -> dict[str, str]:
    if refused := await wrong_choice(actor, new):
        return {"mot-de-passe": refused}
    differs = "Les deux saisies sont différentes. Saisissez de nouveau les deux."
    return {} if new == again else {"mot-de-passe-encore": differs}
