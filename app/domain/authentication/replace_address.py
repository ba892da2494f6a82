"""Gives an account another address: the one place that writes it, for every way in which an address changes.

| what                                  | becomes                                                    |
|---------------------------------------|------------------------------------------------------------|
| sessions, pending logins, login links | end                                                        |
| emails that wait                      | leave for the new address: a row names the person          |
| invitations that wait for the person  | follow, but where the new address has one to the same team |
| other changes that wait               | are dropped                                                |
| ProConnect identity                   | stays: an address may change (provider_identity.py)        |
| password, second factor               | stay: they are the person's, as before                     |
"""

from datetime import datetime

from app.domain.audit.log import write_audit
from app.domain.authentication.login_link import expire_login_links
from app.domain.authentication.sessions import end_person_sessions
from app.domain.search.people_and_teams import index_people
from db.advisory_lock import take_advisory_locks
from db.tables.address_changes import AddressChange
from db.tables.members import Invitation
from db.tables.people import Person


async def lock_address(address: str) -> None:
    """Of two changes to one address at once, the second sees the first."""
    await take_advisory_locks(f"address {address}")


async def is_address_taken(address: str) -> bool:
    return bool(await Person.exists().where(Person.address == address))


async def replace_address(person_id: int, address: str, now: datetime, *, by: int | None = None) -> None:
    """Inside the caller's transaction, which has checked that no account has the address. by: who acts."""
    row = await Person.select(Person.address).where(Person.id == person_id).first()
    assert row is not None
    await end_person_sessions(person_id)
    await expire_login_links(person_id, now)
    await Person.update({Person.address: address}).where(Person.id == person_id)
    await index_people([person_id])
    await move_invitations(row["address"], address)
    await drop_pending_changes(person_id)
    await write_audit("address.changed" if by else "account.address", now=now, person_id=by, target_person_id=person_id)


async def move_invitations(former: str, address: str) -> None:
    """Those that wait: accepted from the former mailbox, they would make a second account."""
    there = Invitation.select(Invitation.team).where(Invitation.address == address)
    waiting = (Invitation.address == former) & Invitation.used_at.is_null()
    await Invitation.update({Invitation.address: address}).where(waiting, Invitation.team.not_in(there))
    await Invitation.delete().where(waiting)


async def drop_pending_changes(person_id: int) -> bool:
    """Their links open nothing any more. Returns False when none waited."""
    waiting = (AddressChange.person == person_id) & AddressChange.done_at.is_null()
    return bool(await AddressChange.delete().where(waiting).returning(AddressChange.id))
