"""The second factor: codes of the person's authenticator app, each accepted once. Source: issue 6; ASVS 6.3.3.

The secret is encrypted for its person: in another person's row it cannot be decrypted.
"""

from datetime import datetime

from app.domain.authentication.recovery_codes import delete_codes
from app.domain.authentication.totp import find_matching_step
from db.encryption import decrypt, encrypt
from db.tables.second_factor import SecondFactor


async def find_factor_since(person_id: int) -> datetime | None:
    """When the factor was set up; None without one."""
    row = await SecondFactor.select(SecondFactor.since).where(SecondFactor.person == person_id).first()
    return row["since"] if row else None


async def has_second_factor(person_id: int) -> bool:
    return await find_factor_since(person_id) is not None


async def save_factor(person_id: int, secret: str, step: int, now: datetime) -> bool:
    """Returns False when there is one already. step: the half minute of the code that proved it, not valid again."""
    sealed = encrypt(SecondFactor.secret, person_id, secret)
    kept = await (
        SecondFactor.insert(SecondFactor(person=person_id, secret=sealed, last_step=step, since=now))
        .on_conflict(target=SecondFactor.person, action="DO NOTHING")
        .returning(SecondFactor.id)
    )
    return bool(kept)


async def accept_code(person_id: int, typed: str, now: datetime) -> bool:
    """One conditional update: of two uses at once, one succeeds."""
    row = await (
        SecondFactor.select(SecondFactor.secret, SecondFactor.last_step).where(SecondFactor.person == person_id).first()
    )
    if row is None:
        return False
    step = find_matching_step(
        decrypt(SecondFactor.secret, person_id, row["secret"]), typed, now, after=row["last_step"]
    )
    if step is None:
        return False
    taken = await (
        SecondFactor.update({SecondFactor.last_step: step})
        .where(SecondFactor.person == person_id, SecondFactor.last_step < step)
        .returning(SecondFactor.id)
    )
    return bool(taken)


async def delete_factor(person_id: int) -> bool:
    """Deletes its recovery codes too. Returns False when there was none. Inside the caller's transaction."""
    gone = await SecondFactor.delete().where(SecondFactor.person == person_id).returning(SecondFactor.id)
    await delete_codes(person_id)
    return bool(gone)
