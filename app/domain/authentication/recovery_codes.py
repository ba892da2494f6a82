"""Recovery codes: eight, shown once, each used once in place of the phone. Only their HMACs are stored.

A code has sixty bits and tries are limited (pending_login.py). argon2 would cost eight verifications at each try.
"""

import secrets
from datetime import datetime

from app.domain.tokens import compute_hmac
from db.tables.second_factor import RecoveryCode

CODE_COUNT = 8
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without characters that look alike."""
_GROUP_COUNT, _GROUP_LENGTH = 3, 4


async def renew_codes(person_id: int) -> list[str]:
    """Returns eight new codes, readable this once. The old ones stop working. Inside the caller's transaction."""
    codes = [_make_code() for _ in range(CODE_COUNT)]
    await delete_codes(person_id)
    await RecoveryCode.insert(
        *(RecoveryCode(person=person_id, code_hash=_hash_code(person_id, code)) for code in codes)
    )
    return codes


def _make_code() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUP_COUNT))


def _hash_code(person_id: int, code: str) -> str:
    plain = "".join(letter for letter in code.lower() if letter in _ALPHABET)
    return compute_hmac("recovery-code", f"{person_id}:{plain}")


async def use_recovery_code(person_id: int, typed: str, now: datetime) -> bool:
    """One conditional update: of two uses at once, one succeeds."""
    used = await (
        RecoveryCode.update({RecoveryCode.used_at: now})
        .where(
            RecoveryCode.person == person_id,
            RecoveryCode.code_hash == _hash_code(person_id, typed),
            RecoveryCode.used_at.is_null(),
        )
        .returning(RecoveryCode.id)
    )
    return bool(used)


async def count_codes_left(person_id: int) -> int:
    left: int = await RecoveryCode.count().where(RecoveryCode.person == person_id, RecoveryCode.used_at.is_null())
    return left


async def delete_codes(person_id: int) -> None:
    await RecoveryCode.delete().where(RecoveryCode.person == person_id)
