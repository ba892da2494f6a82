"""A person's own second factor: setup, new recovery codes, removal; and its reset for a person who lost their phone.

It is required of administrators and optional for others; in the demonstration it is optional for all. Every change ends
the other sessions, is in the audit log and sends an email. Source: issue 6, 1; ASVS 6.3.3.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.accounts.address import normalize_address
from app.domain.accounts.duties import Duty, require_duty
from app.domain.accounts.require_account import require_account
from app.domain.audit.log import write_audit
from app.domain.authentication.login_rate_limit import Attempt, build_signed_in_key, count_attempt, release_attempts
from app.domain.authentication.pending_login import WRONG_CODE
from app.domain.authentication.recovery_codes import renew_codes, use_recovery_code
from app.domain.authentication.sessions import (
    OpenSession,
    close_other_sessions,
    end_person_sessions,
    record_second_factor,
)
from app.domain.authentication.stored_factor import accept_code, delete_factor, save_factor
from app.domain.authentication.totp import find_matching_step, make_secret
from app.domain.email.queue_email import EmailKind, queue_emails
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound, UnreadableError
from app.settings import settings
from db.encryption import decrypt, encrypt
from db.engine import transaction
from db.tables.people import Person
from db.tables.second_factor import SecondFactor

_NO_CODE = "Saisissez les six chiffres que votre application affiche maintenant."
_WRONG_FIRST = (
    "Ce code n’est pas celui de cette clé. Attendez le code suivant de votre application ; si rien n’y fait, vérifiez "
    "que l’heure de votre téléphone est réglée automatiquement."
)
_OLD_PAGE = "Cette page avait vieilli : photographiez de nouveau le code QR, puis saisissez les six chiffres affichés."
_ALREADY = "La double authentification est déjà en place pour votre compte. Rechargez cette page."
_OWN_FACTOR = "Demandez-le à un autre administrateur, ou retirez-la depuis votre profil."
_NONE = "Cette personne n’a pas de double authentification."
_NO_IDENTITY_CHECK = "Dites comment vous avez vérifié que c’est bien cette personne qui le demande."


class IdentityCheck(StrEnum):
    """How an administrator checked the identity of a person who lost their phone. Source: ASVS 5.0, 6.4.4."""

    SEEN = "seen"
    CALLED = "called"
    VOUCHED = "vouched"


_RESETS = {
    IdentityCheck.SEEN: ("factor.reset.seen", EmailKind.FACTOR_SEEN),
    IdentityCheck.CALLED: ("factor.reset.called", EmailKind.FACTOR_CALLED),
    IdentityCheck.VOUCHED: ("factor.reset.vouched", EmailKind.FACTOR_VOUCHED),
}
"""For each check, its action in the audit log and its email."""
_RESET_FROM_SERVER = ("factor.reset", EmailKind.FACTOR_RESET)


@dataclass(frozen=True)
class SetupOffer:
    """A secret to set up. Nothing is stored before a code proves it: the form carries it, encrypted for its person."""

    secret: str
    encrypted: str


def make_setup_offer(actor: Actor) -> SetupOffer:
    secret = make_secret()
    return SetupOffer(secret, encrypt(SecondFactor.secret, _build_offer_row(actor), secret))


def decrypt_setup_offer(actor: Actor, encrypted: str) -> SetupOffer | None:
    """Returns None when the form's value is not this person's."""
    try:
        return (
            SetupOffer(decrypt(SecondFactor.secret, _build_offer_row(actor), encrypted), encrypted)
            if encrypted
            else None
        )
    except UnreadableError:
        return None


def _build_offer_row(actor: Actor) -> str:
    """No existing row: an offered secret and a stored one cannot be decrypted in each other's place."""
    return f"offered to {actor.id}"


def must_set_up_factor(actor: Actor, session: OpenSession) -> bool:
    """The setup comes before any other page, in this session."""
    return is_factor_required(actor) and not session.second_factor


def is_factor_required(actor: Actor) -> bool:
    """Optional in the demonstration, and its page says so: its visitors have no phone to set up."""
    return actor.role == PlatformRole.ADMIN and not settings.demo


async def complete_factor_setup(
    actor: Actor, session: OpenSession, offer: SetupOffer | None, *, code: str, now: datetime
) -> list[str]:
    """A first code proves the secret. Returns the recovery codes. Raises Invalid; Conflict if one exists."""
    if offer is None:
        raise Invalid(code=_OLD_PAGE)
    step = find_matching_step(offer.secret, code, now, after=0)
    if step is None:
        raise Invalid(code=_WRONG_FIRST if code else _NO_CODE)
    async with transaction():
        if not await save_factor(actor.id, offer.secret, step, now):
            raise Conflict(_ALREADY)
        await _apply_change(actor, session, EmailKind.FACTOR_SET, proved=True, now=now)
        await write_audit("factor.set", now=now, person_id=actor.id)
        return await renew_codes(actor.id)


async def renew_recovery_codes(actor: Actor, *, code: str, network: str, now: datetime) -> list[str]:
    """Returns eight new codes. Raises Invalid, TooManyRequests."""
    await _count_try(actor, network, now)
    async with transaction():
        await _check_code(actor, code, network, now)
        await write_audit("factor.codes", now=now, person_id=actor.id)
        return await renew_codes(actor.id)


async def remove_factor(actor: Actor, session: OpenSession, *, code: str, network: str, now: datetime) -> None:
    """code may be a recovery code. An administrator then sets up another factor. Raises Invalid, TooManyRequests."""
    await _count_try(actor, network, now)
    async with transaction():
        if not await use_recovery_code(actor.id, code, now):
            await _check_code(actor, code, network, now)
        await delete_factor(actor.id)
        await _apply_change(actor, session, EmailKind.FACTOR_OFF, proved=False, now=now)
        await write_audit("factor.removed", now=now, person_id=actor.id)


async def reset_factor(actor: Actor, person_id: int, check: IdentityCheck | None, now: datetime) -> None:
    """For a person who lost their phone and their codes, and asks for it.

    Raises NotFound, Forbidden for the actor's own, Conflict without a factor, Invalid without a check.
    """
    require_duty(actor, Duty.RESET_FACTORS)
    if person_id == actor.id:
        raise Forbidden(_OWN_FACTOR)
    async with transaction():
        await require_account(person_id)
        if check is None:
            raise Invalid(verification=_NO_IDENTITY_CHECK)
        await _reset_person_factor(person_id, now, *_RESETS[check], by=actor.id)


async def reset_factor_by_address(address: str, now: datetime) -> None:
    """From the server's command line, when no administrator can log in. Raises NotFound, Conflict."""
    async with transaction():
        row = await Person.select(Person.id).where(Person.address == normalize_address(address)).first()
        if row is None:
            raise NotFound("Aucun compte n’a cette adresse.")
        await _reset_person_factor(row["id"], now, *_RESET_FROM_SERVER, by=None)


async def _reset_person_factor(person_id: int, now: datetime, action: str, kind: EmailKind, *, by: int | None) -> None:
    if not await delete_factor(person_id):
        raise Conflict(_NONE)
    await end_person_sessions(person_id)
    await queue_emails(kind, [person_id], now=now)
    await write_audit(action, now=now, person_id=by, target_person_id=person_id)


async def _apply_change(actor: Actor, session: OpenSession, kind: EmailKind, *, proved: bool, now: datetime) -> None:
    await close_other_sessions(actor, session, now)
    await record_second_factor(session, proved)
    await queue_emails(kind, [actor.id], now=now)


async def _count_try(actor: Actor, network: str, now: datetime) -> None:
    await count_attempt(
        Attempt.SECOND_FACTOR,
        account=str(actor.id),
        network=network,
        known_browser=build_signed_in_key(actor.id),
        now=now,
    )


async def _check_code(actor: Actor, code: str, network: str, now: datetime) -> None:
    if not await accept_code(actor.id, code, now):
        raise Invalid(code=WRONG_CODE if code else _NO_CODE)
    await release_attempts(
        Attempt.SECOND_FACTOR, account=str(actor.id), network=network, known_browser=build_signed_in_key(actor.id)
    )
