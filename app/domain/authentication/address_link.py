"""The links that confirm a new address, one for each mailbox. As of a login link, only their digests are stored."""

import secrets
from enum import StrEnum

from app.domain.tokens import compute_hmac, hash_token
from app.settings import settings

_REFERENCE_LENGTH = 16


class ConfirmingMailbox(StrEnum):
    """NEW: the mailbox of the new address; FORMER: the one that the account has until then."""

    NEW = "new"
    FORMER = "former"


def make_reference() -> str:
    return secrets.token_hex(_REFERENCE_LENGTH // 2)


def compute_link_digest(reference: str, mailbox: ConfirmingMailbox) -> str:
    return hash_token(_compute_secret(reference, mailbox))


def _compute_secret(reference: str, mailbox: ConfirmingMailbox) -> str:
    return compute_hmac(f"address-link-{mailbox}", reference)


def build_address_url(reference: str, mailbox: ConfirmingMailbox) -> str:
    """The absolute address that the email contains."""
    return f"{settings.public_url}/adresses/{reference}{_compute_secret(reference, mailbox)}"


def parse_address_link(link: str) -> tuple[str, str]:
    """Returns the reference, and the digest of the secret."""
    return link[:_REFERENCE_LENGTH], hash_token(link[_REFERENCE_LENGTH:])
