"""A person's password: optional, never common or leaked (password_policy.py).

Source: features.md L5; section 6.2 of ASVS 5.0.

A change requires the current password, unless a link or reauthentication.py has just proved who the person is. A change
closes every other session, and an email informs the person.
"""

from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.audit.log import write_audit
from app.domain.authentication.password_hash import hash_password
from app.domain.authentication.password_policy import find_password_error
from app.domain.authentication.reauthentication import (
    PROOF_LIFETIME,
    find_current_password_error,
    find_password_hash,
    has_reauthenticated,
)
from app.domain.authentication.sessions import OpenSession, close_other_sessions
from app.domain.email.queue_email import EmailKind, queue_emails
from app.domain.errors import Conflict, Invalid
from app.domain.rate_limit import LimitedAction, consume_rate_limit
from db.engine import transaction
from db.tables.people import Person


async def has_password(actor: Actor) -> bool:
    return bool(await find_password_hash(actor))


async def needs_current_password(actor: Actor, session: OpenSession, now: datetime) -> bool:
    """False without a password, after a reauthentication, and just after a login by link: a person who forgot the
    password comes back that way.
    """
    just_came_by_link = session.by_link and now - session.created_at < PROOF_LIFETIME
    return not just_came_by_link and not has_reauthenticated(session, now) and await has_password(actor)


async def set_password(
    actor: Actor, session: OpenSession, *, current: str, new: str, confirmation: str, network: str, now: datetime
) -> None:
    """Raises one Invalid with every wrong field, TooManyRequests, Conflict when the password was changed elsewhere
    meanwhile.
    """
    known = await find_password_hash(actor)
    wrong = await _find_field_errors(actor, new, confirmation)
    if await needs_current_password(actor, session, now):
        refused = await find_current_password_error(actor, known, current, network, now)
        wrong = ({"mot-de-passe-actuel": refused} if refused else {}) | wrong
    if wrong:
        raise Invalid(**wrong)
    await _replace_hash(actor, session, known, await hash_password(new, account=actor.address, now=now), now)


async def remove_password(actor: Actor, session: OpenSession, now: datetime) -> None:
    """From then on the person logs in by link alone. A second call changes nothing.

    Raises TooManyRequests, Conflict.
    """
    if known := await find_password_hash(actor):
        await _replace_hash(actor, session, known, "", now)


async def _replace_hash(actor: Actor, session: OpenSession, known: str, new: str, now: datetime) -> None:
    async with transaction():
        changed = await (
            Person.update({Person.password_hash: new})
            .where(Person.id == actor.id, Person.password_hash == known)
            .returning(Person.id)
        )
        if not changed:
            raise Conflict("Votre mot de passe vient d’être changé dans une autre fenêtre. Rechargez cette page.")
        await consume_rate_limit(LimitedAction.PASSWORD, actor, now)
        await close_other_sessions(actor, session, now)
        kind = EmailKind.PASSWORD_SET if new else EmailKind.PASSWORD_OFF
        await queue_emails(kind, [actor.id], now=now)
        await write_audit("password.set" if new else "password.removed", now=now, person_id=actor.id)


async def _find_field_errors(actor: Actor, new: str, confirmation: str) -> dict[str, str]:
    if refused := await find_password_error(actor, new):
        return {"mot-de-passe": refused}
    differs = "Les deux saisies sont différentes. Saisissez de nouveau les deux."
    return {} if new == confirmation else {"mot-de-passe-encore": differs}
