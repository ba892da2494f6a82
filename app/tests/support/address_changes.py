"""What tests read of a change of address: the link that a mailbox got, the address of an account."""

from app.domain.accounts.actor import Actor
from app.domain.authentication.address_link import ConfirmingMailbox, build_address_url
from db.tables.address_changes import AddressChange
from db.tables.people import Person


async def link_of(mailbox: ConfirmingMailbox, person: Actor) -> str:
    row = await AddressChange.select(AddressChange.reference).where(AddressChange.person == person.id).first()
    assert row
    return build_address_url(row["reference"], mailbox).rpartition("/")[2]


async def address_of(person: Actor) -> str:
    row = await Person.select(Person.address).where(Person.id == person.id).first()
    assert row
    return str(row["address"])
