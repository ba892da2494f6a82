"""The values of emails to an address that has no account, or is about to have one."""

from datetime import datetime
from typing import Any

from app.domain.account_keeping.address_emails import load_address_email
from app.domain.email.outbox import ClaimedEmail
from app.domain.email.queue_email import EmailKind
from app.settings import settings
from app.text import labels


async def load_address_values(claim: ClaimedEmail, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """The recipient address and the values. Returns None when the email must not be sent any more."""
    note = await load_address_email(claim.kind, claim.address_change_id, now)
    if note is None:
        return None
    return note.address, build_address_values(claim.kind, note.new_address, note.link, note.until, joins=note.joins)


def build_address_values(
    kind: EmailKind, address: str, link: str, until: datetime | None, *, joins: bool = False
) -> dict[str, Any]:
    values = {"address": address, "link": link, "until": until, "action": labels.ADDRESS_EMAILS[kind], "joins": joins}
    return values | ({"subject": labels.JOIN_SUBJECT[kind], "sentence": labels.JOIN_SENTENCE[kind]} if joins else {})


def build_invitation_values(link: str, team: str) -> dict[str, Any]:
    return {"link": link, "team": team}


def build_signup_values(kind: EmailKind, answer: str) -> dict[str, Any]:
    path, action = labels.SIGNUP_EMAILS[kind]
    return {"link": f"{settings.public_url}{path}" if path else "", "action": action, "answer": answer}
