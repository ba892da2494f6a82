"""Creates accounts. Upper and lower case make no difference in an address."""

from datetime import datetime

from app.domain.accounts.actor import PlatformRole
from app.domain.accounts.address import parse_address
from app.domain.accounts.identity import normalize_names
from app.domain.search.people_and_teams import index_people
from db.engine import transaction
from db.tables.people import Person


async def register_person(
    address: str,
    *,
    first_name: str,
    last_name: str,
    function: str,
    now: datetime,
    role: PlatformRole = PlatformRole.MEMBER,
    expert: bool = False,
) -> int:
    """Returns the person's id. An existing person is left unchanged, even by two calls at once. Raises Invalid."""
    known = parse_address(address)
    names = normalize_names(prenom=first_name, nom=last_name, fonction=function)
    person = Person(
        address=known,
        first_name=names["prenom"],
        last_name=names["nom"],
        function=names["fonction"],
        platform_role=role,
        expert=expert,
        created_at=now,
    )
    async with transaction():
        found = await _find_person(known)
        if found is None:
            await Person.insert(person).on_conflict(target=Person.address, action="DO NOTHING")
            found = await _find_person(known)
            assert found is not None
            await index_people([found])
    assert found is not None
    return found


async def _find_person(address: str) -> int | None:
    row = await Person.select(Person.id).where(Person.address == address).first()
    return int(row["id"]) if row else None
