"""One's own second factor: set up, given new recovery codes, taken away; and taken away for who lost their telephone.

Obligatory for administrators, offered to everybody; in the demonstration offered to all. Every change ends the other
sessions, is in the trail and told by a letter. Source: issue 6, 1; ASVS 6.3.3.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.accounts.address import stored_as
from app.domain.accounts.duties import Duty, require
from app.domain.accounts.existing import require_account
from app.domain.audit.log import write_audit
from app.domain.authentication.login_rate_limit import Attempt, count_attempt, release, signed_in
from app.domain.authentication.pending_login import WRONG_CODE
from app.domain.authentication.recovery_codes import renew_codes, use_code
from app.domain.authentication.second_factor_login import accept_code, forget_factor, keep_factor
from app.domain.authentication.sessions import OpenSession, close_other_sessions, end_sessions, mark_second_factor
from app.domain.authentication.totp import matching_step, new_secret
from app.domain.email.queue_email import LetterKind, write_letters
from app.domain.errors import Conflict, Invalid, NotFound, Refused, UnreadableError
from app.settings import settings
from db.encryption import seal, unseal
from db.engine import transaction
from db.tables import Person, SecondFactor

_NO_CODE = "Saisissez les six chiffres que votre application affiche maintenant."
_WRONG_FIRST = (
    "Ce code n’est pas celui de cette clé. Attendez le code suivant de votre application ; si rien n’y fait, vérifiez "
    "que l’heure de votre téléphone est réglée automatiquement."
)
_OLD_PAGE = "Cette page avait vieilli : photographiez de nouveau le code QR, puis saisissez les six chiffres affichés."
_ALREADY = "La double authentification est déjà en place pour votre compte. Rechargez cette page."
_SELF = "Demandez-le à un autre administrateur, ou retirez-la depuis votre profil."
_NONE = "Cette personne n’a pas de double authentification."
_HOW = "Dites comment vous avez vérifié que c’est bien cette personne qui le demande."


class Checked(StrEnum):
    """How an administrator made sure who asks for it, having lost their telephone. Source: ASVS 5.0, 6.4.4."""

    SEEN = "seen"
    CALLED = "called"
    VOUCHED = "vouched"


_RESETS = {
    Checked.SEEN: ("factor.reset.seen", LetterKind.FACTOR_SEEN),
    Checked.CALLED: ("factor.reset.called", LetterKind.FACTOR_CALLED),
    Checked.VOUCHED: ("factor.reset.vouched", LetterKind.FACTOR_VOUCHED),
}
"""For each, its line of the trail and its letter."""
_FROM_THE_SERVER = ("factor.reset", LetterKind.FACTOR_RESET)


@dataclass(frozen=True)
class Offer:
    """A secret to set up. Nothing is kept before a code proves it: the form carries it, sealed for its person."""

    secret: str
    sealed: str


def new_offer(actor: Actor) -> Offer:
    secret = new_secret()
    return Offer(secret, seal(SecondFactor.secret, _offered_to(actor), secret))


def same_offer(actor: Actor, sealed: str) -> Offer | None:
    """What this person's form carried; None when it is not one of theirs."""
    try:
        return Offer(unseal(SecondFactor.secret, _offered_to(actor), sealed), sealed) if sealed else None
    except UnreadableError:
        return None


def _offered_to(actor: Actor) -> str:
    """No row: what is offered and what is kept do not open in each other's place."""
    return f"offered to {actor.id}"


def must_set_up(actor: Actor, session: OpenSession) -> bool:
    """Before anything else, in this session."""
    return is_obligatory(actor) and not session.second_factor


def is_obligatory(actor: Actor) -> bool:
    """In the demonstration it is offered, and its page says so: whoever tries it out has no telephone to lose."""
    return actor.role == PlatformRole.ADMIN and not settings.demo


async def set_up(actor: Actor, session: OpenSession, offer: Offer | None, *, code: str, now: datetime) -> list[str]:
    """Proved by a first code; the recovery codes. Raises Invalid, Conflict (there is one already)."""
    if offer is None:
        raise Invalid(code=_OLD_PAGE)
    step = matching_step(offer.secret, code, now, after=0)
    if step is None:
        raise Invalid(code=_WRONG_FIRST if code else _NO_CODE)
    async with transaction():
        if not await keep_factor(actor.id, offer.secret, step, now):
            raise Conflict(_ALREADY)
        await _change(actor, session, LetterKind.FACTOR_SET, proved=True, now=now)
        await write_audit("factor.set", now=now, person_id=actor.id)
        return await renew_codes(actor.id)


async def renew_recovery_codes(actor: Actor, *, code: str, network: str, now: datetime) -> list[str]:
    """Eight others. Raises Invalid, TooOften."""
    await _count(actor, network, now)
    async with transaction():
        await _check(actor, code, network, now)
        await write_audit("factor.codes", now=now, person_id=actor.id)
        return await renew_codes(actor.id)


async def take_away(actor: Actor, session: OpenSession, *, code: str, network: str, now: datetime) -> None:
    """Without it from now on; an administrator is led to set up another. A recovery code is good too.

    Raises Invalid, TooOften.
    """
    await _count(actor, network, now)
    async with transaction():
        if not await use_code(actor.id, code, now):
            await _check(actor, code, network, now)
        await forget_factor(actor.id)
        await _change(actor, session, LetterKind.FACTOR_OFF, proved=False, now=now)
        await write_audit("factor.removed", now=now, person_id=actor.id)


async def reset_factor(actor: Actor, person_id: int, checked: Checked | None, now: datetime) -> None:
    """For a person who lost their telephone and their codes, and asks for it.

    Raises NotFound, Refused, Conflict, Invalid (how their identity was checked).
    """
    require(actor, Duty.RESET_FACTORS)
    if person_id == actor.id:
        raise Refused(_SELF)
    async with transaction():
        await require_account(person_id)
        if checked is None:
            raise Invalid(verification=_HOW)
        await _reset(person_id, now, *_RESETS[checked], by=actor.id)


async def reset_by_address(address: str, now: datetime) -> None:
    """The same from the server's own command line, when no administrator can come in. Raises NotFound, Conflict."""
    async with transaction():
        row = await Person.select(Person.id).where(Person.address == stored_as(address)).first()
        if row is None:
            raise NotFound("Aucun compte n’a cette adresse.")
        await _reset(row["id"], now, *_FROM_THE_SERVER, by=None)


async def _reset(person_id: int, now: datetime, action: str, kind: LetterKind, *, by: int | None) -> None:
    if not await forget_factor(person_id):
        raise Conflict(_NONE)
    await end_sessions(person_id)
    await write_letters(kind, [person_id], now=now)
    await write_audit(action, now=now, person_id=by, about_id=person_id)


async def _change(actor: Actor, session: OpenSession, kind: LetterKind, *, proved: bool, now: datetime) -> None:
    await close_other_sessions(actor, session, now)
    await mark_second_factor(session, proved)
    await write_letters(kind, [actor.id], now=now)


async def _count(actor: Actor, network: str, now: datetime) -> None:
    await count_attempt(Attempt.SECOND, account=str(actor.id), network=network, familiar=signed_in(actor.id), now=now)


async def _check(actor: Actor, code: str, network: str, now: datetime) -> None:
    if not await accept_code(actor.id, code, now):
        raise Invalid(code=WRONG_CODE if code else _NO_CODE)
    await release(Attempt.SECOND, account=str(actor.id), network=network, familiar=signed_in(actor.id))
