"""The link of an invitation: derived from the server's key, as a login link is; only its digest is kept."""

import secrets

from app.domain.tokens import compute_hmac, hash_token
from app.settings import settings

_REFERENCE_LENGTH = 16


def make_link() -> tuple[str, str]:
    """A reference for the row, and the digest of the secret that the letter will carry."""
    reference = secrets.token_hex(_REFERENCE_LENGTH // 2)
    return reference, hash_token(_compute_secret(reference))


def _compute_secret(reference: str) -> str:
    return compute_hmac("invitation-link", reference)


def build_invitation_url(reference: str) -> str:
    """The absolute address that the letter carries."""
    return f"{settings.public_url}/invitations/{reference}{_compute_secret(reference)}"


def parse_link(link: str) -> tuple[str, str]:
    """The reference, and the digest of the secret."""
    return link[:_REFERENCE_LENGTH], hash_token(link[_REFERENCE_LENGTH:])
