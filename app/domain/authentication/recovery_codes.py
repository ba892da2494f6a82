"""Recovery codes: eight, shown once, each in place of the telephone once. Only keyed digests are kept.

Sixty bits: argon2 would cost eight verifications at each try, and guesses are counted (pending_login.py).
"""

import secrets
from datetime import datetime

from app.domain.tokens import keyed
from db.tables import RecoveryCode

COUNT = 8
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for one another."""
_GROUPS, _GROUP = 3, 4


async def renew_codes(person_id: int) -> list[str]:
    """Eight new ones, readable this once; the old ones are worth nothing. In the verb's transaction."""
    codes = [_new_code() for _ in range(COUNT)]
    await forget_codes(person_id)
    await RecoveryCode.insert(*(RecoveryCode(person=person_id, code_hash=_digest(person_id, code)) for code in codes))
    return codes


def _new_code() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def _digest(person_id: int, code: str) -> str:
    plain = "".join(letter for letter in code.lower() if letter in _LETTERS)
    return keyed("recovery-code", f"{person_id}:{plain}")


async def use_code(person_id: int, typed: str, now: datetime) -> bool:
    """Consumed by one conditional update: of two uses at once, one is right."""
    used = await (
        RecoveryCode.update({RecoveryCode.used_at: now})
        .where(
            RecoveryCode.person == person_id,
            RecoveryCode.code_hash == _digest(person_id, typed),
            RecoveryCode.used_at.is_null(),
        )
        .returning(RecoveryCode.id)
    )
    return bool(used)


async def codes_left(person_id: int) -> int:
    left: int = await RecoveryCode.count().where(RecoveryCode.person == person_id, RecoveryCode.used_at.is_null())
    return left


async def forget_codes(person_id: int) -> None:
    await RecoveryCode.delete().where(RecoveryCode.person == person_id)
