"""Finds the account that has an address, open or closed."""

from db.tables.people import Person


async def find_accounts(address: str) -> tuple[int | None, int | None]:
    """The id of an open account, or of a closed one, by one query: both answers take the same time."""
    row = await Person.select(Person.id, Person.active).where(Person.address == address).first()
    if row is None:
        return None, None
    return (row["id"], None) if row["active"] else (None, row["id"])


async def is_account_open(person_id: int) -> bool:
    return bool(await Person.exists().where(Person.id == person_id, Person.active.eq(True)))
