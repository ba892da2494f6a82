"""The link of an invitation: derived from the server's key, as a login link is; only its digest is kept."""

import secrets

from app.domain.tokens import digest, keyed
from app.settings import settings

_REFERENCE = 16


def new_link() -> tuple[str, str]:
    """A reference for the row, and the digest of the secret that the letter will carry."""
    reference = secrets.token_hex(_REFERENCE // 2)
    return reference, digest(_secret(reference))


def _secret(reference: str) -> str:
    return keyed("invitation-link", reference)


def link_for(reference: str) -> str:
    """The absolute address that the letter carries."""
    return f"{settings.public_url}/invitations/{reference}{_secret(reference)}"


def parts_of(link: str) -> tuple[str, str]:
    """The reference, and the digest of the secret."""
    return link[:_REFERENCE], digest(link[_REFERENCE:])
