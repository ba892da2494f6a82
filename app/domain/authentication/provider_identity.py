"""The ProConnect identity that opens an account: the first that logged in to it, until an administrator unbinds it.

An identity is an issuer and its `sub`, which it never gives to another person (OpenID Connect Core, 5.7). An address
may change, or be given to another person.
"""

import hashlib
from datetime import datetime
from typing import Any

from app.domain.audit.log import write_audit
from app.domain.email.queue_email import EmailKind, queue_emails
from db.tables.people import Person
from db.tables.proconnect import ProviderIdentity


def hash_subject(issuer: str, subject: str) -> str:
    return hashlib.sha256(f"{issuer}\0{subject}".encode()).hexdigest()


async def find_bound_person(subject: str) -> dict[str, Any] | None:
    """Returns id and active of the account that is bound to this identity, or None."""
    bound = ProviderIdentity.select(ProviderIdentity.person).where(ProviderIdentity.subject_hash == subject)
    row: dict[str, Any] | None = await Person.select(Person.id, Person.active).where(Person.id.is_in(bound)).first()
    return row


async def find_bound_since(person_id: int) -> datetime | None:
    row = await ProviderIdentity.select(ProviderIdentity.since).where(ProviderIdentity.person == person_id).first()
    return row["since"] if row else None


async def bind_identity(person_id: int, subject: str, now: datetime) -> bool:
    """Inside the transaction that opens the session. Returns False when one of them is bound otherwise."""
    kept = await (
        ProviderIdentity.insert(ProviderIdentity(person=person_id, subject_hash=subject, since=now))
        .on_conflict(action="DO NOTHING")
        .returning(ProviderIdentity.id)
    )
    if kept:
        await queue_emails(EmailKind.PROVIDER_BOUND, [person_id], now=now)
        await write_audit("proconnect.bound", now=now, person_id=person_id)
        return True
    return await ProviderIdentity.exists().where(
        ProviderIdentity.person == person_id, ProviderIdentity.subject_hash == subject
    )


async def unbind_identity(person_id: int) -> bool:
    """Returns False when the account was not bound. Inside the caller's transaction."""
    gone = await ProviderIdentity.delete().where(ProviderIdentity.person == person_id).returning(ProviderIdentity.id)
    return bool(gone)
