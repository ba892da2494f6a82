"""The six digits that an authenticator shows, others every half minute: RFC 6238. Pure; keeping is second_factor.py's.

A clock half a minute early or late is forgiven.
"""

from datetime import datetime

import pyotp

from app.domain.tokens import is_equal_constant_time
from app.settings import settings

STEP_SECONDS = 30
_ALLOWED_DRIFT = (-1, 0, 1)


def make_secret() -> str:
    """160 random bits, in the 32 letters that authenticators read."""
    return pyotp.random_base32(32)


def format_secret(secret: str) -> str:
    """For who types it: « ABCD EFGH … »."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def build_authenticator_url(secret: str, address: str) -> str:
    """What the QR code says: the secret, and under which name the authenticator lists it."""
    return pyotp.TOTP(secret).provisioning_uri(name=address, issuer_name=settings.brand)


def compute_step(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def compute_code(secret: str, step: int) -> str:
    return pyotp.TOTP(secret).generate_otp(step)


def find_matching_step(secret: str, typed: str, now: datetime, *, after: int) -> int | None:
    """The half minute that this code belongs to, if it is a near one and later than `after`; blanks do not count."""
    code, present = "".join(typed.split()), compute_step(now)
    found = [
        step
        for step in (present + slip for slip in _ALLOWED_DRIFT)
        if is_equal_constant_time(compute_code(secret, step), code)
    ]
    return next((step for step in found if step > after), None)
