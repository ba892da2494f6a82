"""Asks for a new address of an account. It changes once its mailboxes have confirmed it (address_confirmation.py).

| who asks                        | confirmed from                    | within  | the former mailbox          |
|---------------------------------|-----------------------------------|---------|-----------------------------|
| the person, from their profile  | both mailboxes, in any order      | 1 day   | confirms                    |
| who keeps the account           | the new mailbox, for another may  | 7 days  | reads it at once: the       |
| (account.py)                    | be dead                           |         | person can cancel it        |

An account has one change at a time: another one replaces it. On screen a new address that has an account is like any
other; its own mailbox alone reads that it has one. Source: issue 17, point 2.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.account_keeping.account import load_kept_account
from app.domain.accounts.actor import Actor
from app.domain.accounts.address import parse_address, remove_address_tag
from app.domain.audit.log import write_audit
from app.domain.authentication.address_link import ConfirmingMailbox, compute_link_digest, make_reference
from app.domain.authentication.replace_address import drop_pending_changes, lock_people
from app.domain.email.queue_account_email import queue_address_email
from app.domain.email.queue_email import EmailKind
from app.domain.errors import Invalid, NotFound
from app.domain.rate_limit import LimitedAction, consume_rate_limit, consume_rate_limit_of
from db.engine import transaction
from db.tables.address_changes import AddressChange

OWN_VALIDITY, KEPT_VALIDITY = timedelta(days=1), timedelta(days=7)
_SAME = "C’est déjà l’adresse de ce compte."
_GONE = "Ce changement n’attend plus : il est fait, annulé, ou son délai est passé."


@dataclass(frozen=True)
class PendingChange:
    """confirms_former: the former mailbox confirms too. by_the_person: they asked for it themselves."""

    address: str
    asked_at: datetime
    expires_at: datetime
    by_the_person: bool
    confirms_former: bool
    address_confirmed: bool
    former_confirmed: bool
    joins: bool


async def ask_own_address(actor: Actor, typed: str, now: datetime) -> None:
    """Raises Invalid(adresse), TooManyRequests."""
    address = parse_address(typed)
    async with transaction():
        await limit_address_changes(actor, address, now)
        change = await create_change(actor.id, actor.address, address, now, by=actor, both=True)
        await queue_address_email(EmailKind.ADDRESS_FORMER, change, now=now)


async def ask_person_address(actor: Actor, person_id: int, typed: str, now: datetime) -> None:
    """Raises Invalid(adresse), TooManyRequests, and what load_kept_account raises."""
    address = parse_address(typed)
    async with transaction():
        person = await load_kept_account(actor, person_id)
        await limit_address_changes(actor, address, now)
        change = await create_change(person.id, person.address, address, now, by=actor)
        await queue_address_email(EmailKind.ADDRESS_ASKED, change, now=now)


async def limit_address_changes(actor: Actor, address: str, now: datetime) -> None:
    """Neither the actor nor the mailbox has many a day. Raises TooManyRequests."""
    await consume_rate_limit(LimitedAction.ADDRESS, actor, now)
    await consume_rate_limit_of(LimitedAction.SAME_ADDRESS, remove_address_tag(address), now)


async def create_change(
    person_id: int,
    former: str,
    address: str,
    now: datetime,
    *,
    by: Actor,
    both: bool = False,
    joins: int | None = None,
    action: str = "address.asked",
) -> int:
    """Inside the caller's transaction. Returns its id. Raises Invalid(adresse) for the address that is there."""
    if address == former:
        raise Invalid(adresse=_SAME)
    await lock_people([person_id])
    await drop_pending_changes(person_id)
    reference = make_reference()
    row = AddressChange(
        person=person_id,
        former=former,
        address=address,
        joins=joins,
        asked_by=by.id,
        reference=reference,
        address_token_hash=compute_link_digest(reference, ConfirmingMailbox.NEW),
        former_token_hash=compute_link_digest(reference, ConfirmingMailbox.FORMER) if both else "",
        asked_at=now,
        expires_at=now + (OWN_VALIDITY if both and joins is None else KEPT_VALIDITY),
    )
    change: int = (await AddressChange.insert(row).returning(AddressChange.id))[0]["id"]
    await queue_address_email(EmailKind.ADDRESS_NEW, change, now=now)
    await write_audit(action, now=now, person_id=by.id, target_person_id=person_id)
    return change


async def find_pending_change(person_id: int, now: datetime) -> PendingChange | None:
    row = await (
        AddressChange.select()
        .where(AddressChange.person == person_id, AddressChange.done_at.is_null(), AddressChange.expires_at > now)
        .first()
    )
    if row is None:
        return None
    return PendingChange(
        address=row["address"],
        asked_at=row["asked_at"],
        expires_at=row["expires_at"],
        by_the_person=row["asked_by"] == person_id,
        confirms_former=bool(row["former_token_hash"]),
        address_confirmed=row["address_confirmed_at"] is not None,
        former_confirmed=row["former_confirmed_at"] is not None,
        joins=row["joins"] is not None,
    )


async def cancel_own_change(actor: Actor, now: datetime) -> None:
    """Also one that another person asked for. Raises NotFound."""
    async with transaction():
        await _cancel(actor, actor.id, now)


async def cancel_person_change(actor: Actor, person_id: int, now: datetime) -> None:
    """Raises NotFound, and what load_kept_account raises."""
    async with transaction():
        person = await load_kept_account(actor, person_id)
        await _cancel(actor, person.id, now)


async def _cancel(actor: Actor, person_id: int, now: datetime) -> None:
    if not await drop_pending_changes(person_id):
        raise NotFound(_GONE)
    await write_audit("address.cancelled", now=now, person_id=actor.id, target_person_id=person_id)
