"""Gives an account another address: the one place that writes it, for every way in which an address changes.

| what                                  | becomes                                                    |
|---------------------------------------|------------------------------------------------------------|
| sessions, pending logins, login links | end                                                        |
| emails that wait                      | leave for the new address: a row names the person          |
| invitations that wait for the person  | follow, but where the new address has one to the same team |
| other changes that wait               | are dropped                                                |
| « emails do not reach the mailbox »   | is forgotten: it was said of the former one                |
| ProConnect identity                   | stays: an address may change (provider_identity.py)        |
| « injoignable »                       | ends: the new mailbox has refused nothing yet              |
| password, second factor               | stay: they are the person's, as before                     |
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from app.domain.audit.log import NewAuditEntry, write_audit_entries
from app.domain.authentication.login_link import expire_login_links
from app.domain.authentication.sessions import end_person_sessions
from app.domain.search.people_and_teams import index_people
from app.domain.teams.dead_mailboxes import clear_undelivered
from db.advisory_lock import take_advisory_locks
from db.bulk import is_any_of, update_many
from db.engine import is_postgres
from db.tables.address_changes import AddressChange
from db.tables.members import Invitation
from db.tables.people import Person


async def lock_address(address: str) -> None:
    """Of two changes to one address at once, the second sees the first."""
    await take_advisory_locks(f"address {address}")


async def lock_people(people: Iterable[int]) -> None:
    """Before what is theirs (sessions, address changes): two that change one account wait here, in one order."""
    if is_postgres():
        these = Person.select(Person.id).where(is_any_of(Person.id, sorted(set(people))))
        await these.order_by(Person.id).lock_rows("NO KEY UPDATE")


async def is_address_taken(address: str) -> bool:
    return bool(await Person.exists().where(Person.address == address))


async def replace_address(person_id: int, address: str, now: datetime, *, by: int | None = None) -> None:
    """Inside the caller's transaction, which has checked that no account has the address. by: who acts."""
    await replace_addresses({person_id: address}, now, by=by)


async def replace_addresses(addresses: Mapping[int, str], now: datetime, *, by: int | None) -> None:
    """person -> new address, for thousands at once. No new address is the former one of another person of these."""
    people = sorted(addresses)
    await lock_people(people)
    for person_id in people:
        await end_person_sessions(person_id)
        await expire_login_links(person_id, now)
        await clear_undelivered(person_id, now)
    rows = await Person.select(Person.id, Person.address).where(is_any_of(Person.id, people))
    await update_many(Person, [{"id": person_id, "address": addresses[person_id]} for person_id in people])
    await index_people(people)
    await move_invitations({row["address"]: addresses[row["id"]] for row in rows})
    await AddressChange.delete().where(is_any_of(AddressChange.person, people), AddressChange.done_at.is_null())
    action = "address.changed" if by else "account.address"
    await write_audit_entries([NewAuditEntry(action, by, target_person_id=one) for one in people], now=now)


async def move_invitations(addresses: Mapping[str, str]) -> None:
    """Former address -> new one, of those that wait: accepted from the former, they would make a second account."""
    of_these = is_any_of(Invitation.address, sorted(addresses))
    waiting = await Invitation.select(Invitation.address).where(of_these, Invitation.used_at.is_null())
    for former in sorted({row["address"] for row in waiting}):
        there = Invitation.select(Invitation.team).where(Invitation.address == addresses[former])
        own = (Invitation.address == former) & Invitation.used_at.is_null()
        await Invitation.update({Invitation.address: addresses[former]}).where(own, Invitation.team.not_in(there))
        await Invitation.delete().where(own)


async def drop_pending_changes(person_id: int) -> bool:
    """Their links open nothing any more. Returns False when none waited."""
    waiting = (AddressChange.person == person_id) & AddressChange.done_at.is_null()
    return bool(await AddressChange.delete().where(waiting).returning(AddressChange.id))


async def drop_account_changes(person_id: int) -> None:
    """Of an account that ends: its own, joins into it, what it asked for others. Reopened, it finds none of them."""
    its = (AddressChange.person == person_id) | (AddressChange.joins == person_id)
    asked = AddressChange.asked_by == person_id
    await AddressChange.delete().where(its | asked, AddressChange.done_at.is_null())
