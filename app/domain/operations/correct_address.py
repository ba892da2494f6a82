"""Repairs addresses that an older release stored and that address.py refuses: no email leaves for them.

The address of a person who has never logged in is normalized if it then belongs to them alone. The others are for the
operator of the server: python -m app migrate lists their ids, python -m app correct-address corrects one.
"""

from dataclasses import dataclass
from datetime import datetime

from app.domain.accounts.address import normalize_address, parse_address, parse_stored_address
from app.domain.authentication.replace_address import is_address_taken, replace_address
from app.domain.errors import Conflict, Forbidden, NotFound
from app.domain.row_ids import LARGEST_ID
from db.engine import transaction
from db.tables.people import Person


@dataclass(frozen=True)
class AddressRepair:
    """`unreachable_ids` are the active accounts that still cannot receive an email."""

    repaired: int
    unreachable_ids: tuple[int, ...]


async def repair_addresses(now: datetime) -> AddressRepair:
    """A second time changes nothing."""
    async with transaction():
        rows = await Person.select(Person.id, Person.address, Person.terms_accepted_at).where(Person.active.eq(True))
        wrong = [row for row in rows if parse_stored_address(row["address"]) is None]
        left = tuple(
            [row["id"] for row in sorted(wrong, key=lambda row: row["id"]) if not await _repair_address(row, now)]
        )
    return AddressRepair(len(wrong) - len(left), left)


async def _repair_address(row: dict[str, object], now: datetime) -> bool:
    read = parse_stored_address(normalize_address(str(row["address"])))
    if read is None or row["terms_accepted_at"] or await is_address_taken(read):
        return False
    await replace_address(int(str(row["id"])), read, now)
    return True


async def correct_address(person_id: int, typed: str, now: datetime) -> None:
    """Only for an account whose address is not normalized. Its sessions end.

    Raises NotFound, Invalid; Forbidden for an address that receives emails, Conflict for one of another account.
    """
    address = parse_address(typed)
    async with transaction():
        row = await Person.select(Person.address).where(Person.id == min(person_id, LARGEST_ID)).first()
        if row is None:
            raise NotFound("Aucun compte n’a ce numéro.")
        if parse_stored_address(row["address"]):
            raise Forbidden("Les mails arrivent à l’adresse de ce compte : elle ne se change pas ainsi.")
        if await is_address_taken(address):
            raise Conflict("Cette adresse est déjà celle d’un compte.")
        await replace_address(person_id, address, now)
