"""Tokens and digests. A secret is 256 random bits, kept only as its SHA-256. Source: security.md 4.4.

What a letter or a page must show again (a link, a code) is derived from the server's key instead of stored.
"""

import base64
import hashlib
import hmac
import secrets

from app.settings import settings

_FINGERPRINT_LENGTH = 8


def make_token() -> str:
    """256 random bits in 64 hexadecimal digits: survives letters, addresses and double clicks."""
    return secrets.token_hex(32)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def compute_hmac(purpose: str, text: str) -> str:
    """HMAC-SHA-256 under the server's key, 64 hexadecimal digits; purposes never collide."""
    return hmac.new(settings.secret_key, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def compute_key_fingerprint() -> str:
    """Eight digits that tell one SECRET_KEY from another, and nothing of it."""
    return compute_hmac("key mark", "")[:_FINGERPRINT_LENGTH]


def hash_token_with_key(purpose: str, token: str) -> str:
    """For what ends with SECRET_KEY: its mark, then 224 bits of HMAC. A digest of another key is known by its mark."""
    return compute_key_fingerprint() + compute_hmac(purpose, token)[_FINGERPRINT_LENGTH:]


def derive_browser_key(person_id: int) -> str:
    """What this person's browser seals unsent words with (app/static/sealed.js): 128 bits, 22 characters of base64.

    Pages give it to the person who is logged in, and to no other. Another SECRET_KEY gives another one: what was sealed
    before it does not open any more.
    """
    key = bytes.fromhex(compute_hmac("browser storage", str(person_id)))[:16]
    return base64.b64encode(key).decode("ascii").rstrip("=")


def is_equal_constant_time(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())
