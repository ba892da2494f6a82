"""The six digits that an authenticator shows, others every half minute: RFC 6238. Pure; keeping is second_factor.py's.

A clock half a minute early or late is forgiven.
"""

from datetime import datetime

import pyotp

from app.domain.tokens import same
from app.settings import settings

HALF_MINUTE = 30
_SLIP = (-1, 0, 1)


def new_secret() -> str:
    """160 random bits, in the 32 letters that authenticators read."""
    return pyotp.random_base32(32)


def in_groups(secret: str) -> str:
    """For who types it: « ABCD EFGH … »."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def authenticator_link(secret: str, address: str) -> str:
    """What the QR code says: the secret, and under which name the authenticator lists it."""
    return pyotp.TOTP(secret).provisioning_uri(name=address, issuer_name=settings.brand)


def step_of(now: datetime) -> int:
    return int(now.timestamp()) // HALF_MINUTE


def code_at(secret: str, step: int) -> str:
    return pyotp.TOTP(secret).generate_otp(step)


def matching_step(secret: str, typed: str, now: datetime, *, after: int) -> int | None:
    """The half minute that this code belongs to, if it is a near one and later than `after`; blanks do not count."""
    code, present = "".join(typed.split()), step_of(now)
    found = [step for step in (present + slip for slip in _SLIP) if same(code_at(secret, step), code)]
    return next((step for step in found if step > after), None)
