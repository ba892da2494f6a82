"""The link of an invitation: derived from the server's key, as a login link is. Only its digest is stored."""

import secrets

from app.domain.tokens import compute_hmac, hash_token
from app.settings import settings

_REFERENCE_LENGTH = 16


def make_link() -> tuple[str, str]:
    """Returns a reference for the row, and the digest of the secret that the email will contain."""
    reference = secrets.token_hex(_REFERENCE_LENGTH // 2)
    return reference, hash_token(_compute_secret(reference))


def _compute_secret(reference: str) -> str:
    return compute_hmac("invitation-link", reference)


def build_invitation_url(reference: str) -> str:
    """The absolute address that the email contains."""
    return f"{settings.public_url}/invitations/{reference}{_compute_secret(reference)}"


def parse_link(link: str) -> tuple[str, str]:
    """Returns the reference, and the digest of the secret."""
    return link[:_REFERENCE_LENGTH], hash_token(link[_REFERENCE_LENGTH:])
