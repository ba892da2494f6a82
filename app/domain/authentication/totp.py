"""The six digits of an authenticator app, new each half minute: RFC 6238. stored_factor.py stores the secret.

A clock half a minute early or late is accepted.
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
    """« ABCD EFGH … », for a person who types it."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def build_authenticator_url(secret: str, address: str) -> str:
    """The content of the QR code: the secret, and the name under which the authenticator lists it."""
    return pyotp.TOTP(secret).provisioning_uri(name=address, issuer_name=settings.brand)


def compute_step(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def compute_code(secret: str, step: int) -> str:
    return pyotp.TOTP(secret).generate_otp(step)


def find_matching_step(secret: str, typed: str, now: datetime, *, after: int) -> int | None:
    """The half minute of this code, if it is a near one and later than after; else None. Blanks do not count."""
    code, present = "".join(typed.split()), compute_step(now)
    found = [
        step
        for step in (present + slip for slip in _ALLOWED_DRIFT)
        if is_equal_constant_time(compute_code(secret, step), code)
    ]
    return next((step for step in found if step > after), None)
