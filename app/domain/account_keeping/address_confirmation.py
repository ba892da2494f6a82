"""The page behind a link that confirms a new address. The button confirms; reading the page changes nothing.

The right of the person who asked is checked again when the change is read and when it takes effect, as that of the
sender of an invitation (members/invitation_senders.py).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.domain.account_keeping.account_join import find_join_refusal
from app.domain.account_keeping.account_merge import merge_account
from app.domain.accounts.actor import load_actor
from app.domain.accounts.duties import Duty, list_duties
from app.domain.authentication.address_link import ConfirmingMailbox, parse_address_link
from app.domain.authentication.replace_address import is_address_taken, lock_address, lock_people, replace_address
from app.domain.email.queue_account_email import queue_address_email
from app.domain.email.queue_email import EmailKind
from app.domain.members.own_teams import list_team_ids, lock_teams
from app.domain.members.permissions import find_closable_accounts
from app.domain.tokens import is_equal_constant_time
from db.engine import transaction
from db.tables.address_changes import AddressChange
from db.tables.people import Person
from db.unique_violation import UniqueViolationError


class ConfirmationState(StrEnum):
    """WAITING: this mailbox has confirmed, the other has not. TAKEN: the new address has an account of its own since.

    LAPSED: the account is closed, or the person who asked may not change it any more. CUT: the link is truncated.
    UNKNOWN: also once the change was cancelled or replaced.
    """

    READY = "ready"
    WAITING = "waiting"
    DONE = "done"
    EXPIRED = "expired"
    TAKEN = "taken"
    LAPSED = "lapsed"
    CUT = "cut"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Confirmation:
    """address: the new one; empty where the link is unknown or truncated."""

    state: ConfirmationState
    address: str = ""
    expires_at: datetime | None = None
    confirms_both: bool = False
    joins: bool = False


async def load_confirmation(link: str, now: datetime) -> Confirmation:
    row = await _find_change(link)
    if row is None:
        return Confirmation(ConfirmationState.UNKNOWN)
    mailbox = _find_mailbox(row, link)
    if mailbox is None:
        return Confirmation(ConfirmationState.CUT)
    state = await _find_state(row, mailbox, now)
    return Confirmation(state, row["address"], row["expires_at"], bool(row["former_token_hash"]), bool(row["joins"]))


async def _find_change(link: str) -> dict[str, Any] | None:
    reference, _ = parse_address_link(link)
    row: dict[str, Any] | None = await AddressChange.select().where(AddressChange.reference == reference).first()
    return row


def _find_mailbox(row: dict[str, Any], link: str) -> ConfirmingMailbox | None:
    _, digest = parse_address_link(link)
    if is_equal_constant_time(digest, row["address_token_hash"]):
        return ConfirmingMailbox.NEW
    return ConfirmingMailbox.FORMER if is_equal_constant_time(digest, row["former_token_hash"]) else None


async def _find_state(row: dict[str, Any], mailbox: ConfirmingMailbox, now: datetime) -> ConfirmationState:
    if row["done_at"]:
        return ConfirmationState.DONE
    if now >= row["expires_at"]:
        return ConfirmationState.EXPIRED
    if not await _may_still_change(row):
        return ConfirmationState.LAPSED
    if row["joins"] is None and await is_address_taken(row["address"]):
        return ConfirmationState.TAKEN
    column = _CONFIRMED_AT[mailbox]._meta.name
    return ConfirmationState.WAITING if row[column] else ConfirmationState.READY


_CONFIRMED_AT = {
    ConfirmingMailbox.NEW: AddressChange.address_confirmed_at,
    ConfirmingMailbox.FORMER: AddressChange.former_confirmed_at,
}


async def _may_still_change(row: dict[str, Any]) -> bool:
    """Of an active account: the person themselves, or who keeps it now; two accounts are joined by an admin."""
    asker = await load_actor(row["asked_by"]) if row["asked_by"] else None
    if asker is None or not await Person.exists().where(Person.id == row["person"], Person.active.eq(True)):
        return False
    if row["joins"]:
        there = Person.exists().where(Person.id == row["joins"], Person.address == row["address"])
        may = Duty.REPAIR_ACCOUNTS in list_duties(asker) and asker.id not in (row["person"], row["joins"])
        return may and bool(await there) and not await find_join_refusal(row["person"], row["joins"])
    return asker.id == row["person"] or row["person"] in await find_closable_accounts(asker, [row["person"]])


async def confirm_address(link: str, now: datetime) -> Confirmation:
    """The last of the mailboxes changes the address. A second press changes nothing.

    An account that takes the address at the same moment (registration.py takes no lock) makes it TAKEN.
    """
    try:
        return await _confirm(link, now)
    except UniqueViolationError:
        return await load_confirmation(link, now)


async def _confirm(link: str, now: datetime) -> Confirmation:
    async with transaction():
        await _lock_accounts(link)
        await lock_address((await load_confirmation(link, now)).address)
        confirmation = await load_confirmation(link, now)
        if confirmation.state == ConfirmationState.READY:
            await _record_confirmation(link, now)
            confirmation = await load_confirmation(link, now)
    return confirmation


async def _lock_accounts(link: str) -> None:
    """What was read of them holds until the end: a role given meanwhile waits, or is seen. Teams come first."""
    if row := await _find_change(link):
        if row["joins"]:
            await lock_teams(await list_team_ids(row["person"]))
        await lock_people([row["person"], *([row["joins"]] if row["joins"] else [])])


async def _record_confirmation(link: str, now: datetime) -> None:
    """The update makes a confirmation from the other mailbox, at the same moment, wait for this one."""
    change = await _find_change(link)
    mailbox = _find_mailbox(change, link) if change else None
    if change is None or mailbox is None:
        return
    rows = await (
        AddressChange.update({_CONFIRMED_AT[mailbox]: now})
        .where(AddressChange.id == change["id"], AddressChange.done_at.is_null())
        .returning(*AddressChange.all_columns())
    )
    confirmed = rows and rows[0]["address_confirmed_at"]
    if confirmed and (rows[0]["former_confirmed_at"] or not rows[0]["former_token_hash"]):
        await _apply_change(rows[0], now)


async def _apply_change(row: dict[str, Any], now: datetime) -> None:
    await AddressChange.update({AddressChange.done_at: now}).where(AddressChange.id == row["id"])
    if row["joins"]:
        await merge_account(row["person"], row["joins"], now, by=row["asked_by"])
    else:
        await replace_address(row["person"], row["address"], now, by=row["asked_by"])
    for kind in (EmailKind.ADDRESS_CHANGED, EmailKind.ADDRESS_LEFT):
        await queue_address_email(kind, row["id"], now=now)
