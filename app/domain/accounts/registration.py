"""Making a person known. An address is one person's, whatever its case."""

import re
import unicodedata
from datetime import datetime

from app.domain.accounts.actor import PlatformRole
from app.domain.errors import Invalid
from db.engine import transaction
from db.tables import Person

_ADDRESS = re.compile(r"[^@\s\x00-\x1f<>\"]{1,64}@[a-z0-9.-]{1,180}\.[a-z0-9-]{2,40}")


def normal_address(typed: str) -> str:
    """« Agent.LOT@exemple.fr » and « agent.lot@exemple.fr » are one person's. Raises Invalid."""
    address = unicodedata.normalize("NFC", typed).strip().lower()
    if len(address) > 254 or not _ADDRESS.fullmatch(address):
        raise Invalid(adresse="Saisissez une adresse complète, par exemple prenom.nom@structure.fr.")
    return address


async def register_person(
    address: str,
    *,
    first_name: str,
    last_name: str,
    function: str,
    now: datetime,
    role: PlatformRole = PlatformRole.MEMBER,
) -> int:
    """The person's id; one who is known already is left as they are. Raises Invalid."""
    known = normal_address(address)
    async with transaction():
        found = await Person.select(Person.id).where(Person.address == known).first()
        if found:
            return int(found["id"])
        person = Person(
            address=known,
            first_name=first_name,
            last_name=last_name,
            function=function,
            platform_role=role,
            created_at=now,
        )
        return int((await Person.insert(person).returning(Person.id))[0]["id"])
