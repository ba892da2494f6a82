"""Contents of the emails about an address change, read when they leave: the outbox stores no address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.authentication.address_link import ConfirmingMailbox, build_address_url
from app.domain.email.queue_email import EmailKind
from app.settings import settings
from db.tables.address_changes import AddressChange

_CONFIRMING = {
    EmailKind.ADDRESS_NEW: ConfirmingMailbox.NEW,
    EmailKind.ADDRESS_FORMER: ConfirmingMailbox.FORMER,
}

_DONE = {EmailKind.ADDRESS_CHANGED: "address", EmailKind.ADDRESS_LEFT: "former"}
"""The emails once it is done, and the mailbox that gets each."""


@dataclass(frozen=True)
class AddressEmail:
    """until: when the link ends. joins: the account ends, and continues in the one of the new address."""

    address: str
    new_address: str
    link: str
    joins: bool
    until: datetime | None = None


async def load_address_email(kind: EmailKind, change_id: int | None, now: datetime) -> AddressEmail | None:
    """Returns None when the change was cancelled, replaced, or is over: its email is not sent."""
    row = await AddressChange.select().where(AddressChange.id == change_id).first()
    if row is None:
        return None
    joins = row["joins"] is not None
    if kind in _DONE:
        return AddressEmail(row[_DONE[kind]], row["address"], f"{settings.public_url}/login", joins)
    if row["done_at"] or now >= row["expires_at"]:
        return None
    if kind == EmailKind.ADDRESS_ASKED:
        link = f"{settings.public_url}/profil/adresse"
        return AddressEmail(row["former"], row["address"], link, joins, row["expires_at"])
    return _build_confirming_email(row, _CONFIRMING[kind])


def _build_confirming_email(row: dict[str, Any], mailbox: ConfirmingMailbox) -> AddressEmail:
    to = row["address"] if mailbox == ConfirmingMailbox.NEW else row["former"]
    link = build_address_url(row["reference"], mailbox)
    return AddressEmail(to, row["address"], link, row["joins"] is not None, row["expires_at"])
