"""Two years after its closing, or the day after if the person asked for it, an account says no more who they were.

The row stays, with its number: cases that are still kept, and the audit log for a year, refer to it. What it says is
that one person did several things, not who: it is pseudonymised, not anonymous.
"""

from datetime import datetime, timedelta
from uuid import uuid4

from piccolo.columns.combination import Or

from app.domain.audit.log import write_audit
from app.domain.reorganisation.closed_account import forget_account
from app.domain.search.people_and_teams import index_people
from db.engine import transaction
from db.tables.address_changes import AddressChange
from db.tables.login import LoginLink
from db.tables.members import Invitation, Membership
from db.tables.people import Person
from db.tables.signup import Signup

KEPT_CLOSED = timedelta(days=730)
_NAME = "Ancien compte"
_DOMAIN = "ancien-compte.invalid"
"""A domain that can have no mailbox (RFC 2606)."""


async def remove_names_of_closed_accounts(now: datetime) -> int:
    """Returns the number of accounts. One that a former release closed is forgotten, and counts, from the first run."""
    former = await Person.select(Person.id).where(Person.active.eq(False), Person.closed_at.is_null())
    for row in former:
        async with transaction():
            await forget_account(row["id"], now)
    rows = await Person.select(Person.id).where(
        Person.active.eq(False),
        Person.pseudonymised_at.is_null(),
        Person.merged_into.is_null(),
        Or(Person.closed_at <= now - KEPT_CLOSED, Person.erasure_asked_at.is_not_null()),
    )
    done = sum([await _pseudonymise(row["id"], now) for row in rows])
    return done + sum([await _pseudonymise(person_id, now) for person_id in await _list_continued_accounts()])


async def _list_continued_accounts() -> list[int]:
    """They have the name of the account in which they continue, and lose it with that one."""
    rows = await Person.select(Person.id).where(
        Person.pseudonymised_at.is_null(), Person.merged_into.pseudonymised_at.is_not_null()
    )
    return [row["id"] for row in rows]


async def _pseudonymise(person_id: int, now: datetime) -> bool:
    """Returns False for an account that was opened again meanwhile."""
    async with transaction():
        before = await Person.select(Person.address).where(Person.id == person_id).first()
        assert before is not None
        done = await (
            Person.update(
                {
                    Person.first_name: "",
                    Person.last_name: _NAME,
                    Person.address: f"{uuid4().hex}@{_DOMAIN}",
                    Person.erasure_asked_at: None,
                    Person.pseudonymised_at: now,
                }
            )
            .where(Person.id == person_id, Person.active.eq(False), Person.pseudonymised_at.is_null())
            .returning(Person.id)
        )
        if done:
            await Membership.delete().where(Membership.person == person_id)
            await index_people([person_id])
            await _delete_addresses(person_id, before["address"])
            await write_audit("account.renamed", now=now, target_person_id=person_id)
    return bool(done)


async def _delete_addresses(person_id: int, address: str) -> None:
    """What would still say it after the account: each of these rows would go by itself within 60 days."""
    await LoginLink.delete().where((LoginLink.person == person_id) | (LoginLink.address == address))
    await Invitation.delete().where(Invitation.address == address)
    await Signup.delete().where(Signup.address == address)
    await AddressChange.delete().where(AddressChange.person == person_id)
