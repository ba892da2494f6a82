"""Tokens and digests. A secret is 256 random bits, stored as its SHA-256 alone. Source: security.md 4.4.

What an email or a page must show again (a link, a code) is derived from the server's key instead of stored.
"""

import base64
import hashlib
import hmac
import secrets

from app.settings import settings

_FINGERPRINT_LENGTH = 8


def make_token() -> str:
    """256 random bits in 64 hexadecimal digits, which emails, addresses and double clicks leave intact."""
    return secrets.token_hex(32)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def compute_hmac(purpose: str, text: str) -> str:
    """HMAC-SHA-256 under the server's key, 64 hexadecimal digits. Two purposes never give the same result."""
    return hmac.new(settings.secret_key, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def compute_key_fingerprint() -> str:
    """Eight digits that distinguish one SECRET_KEY from another and reveal nothing of it."""
    return compute_hmac("key mark", "")[:_FINGERPRINT_LENGTH]


def hash_token_with_key(purpose: str, token: str) -> str:
    """For what ends with SECRET_KEY: the key's fingerprint, which identifies its digests, then 224 bits of HMAC."""
    return compute_key_fingerprint() + compute_hmac(purpose, token)[_FINGERPRINT_LENGTH:]


def derive_browser_key(person_id: int) -> str:
    """The key that encrypts unsent input in this person's browser (app/static/sealed.js): 128 bits, 22 characters of
    base64.

    Pages give it to the person who is signed in, and to no other. A new SECRET_KEY gives another one: what was
    encrypted before cannot be decrypted any more.
    """
    key = bytes.fromhex(compute_hmac("browser storage", str(person_id)))[:16]
    return base64.b64encode(key).decode("ascii").rstrip("=")


def is_equal_constant_time(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())
