"""Making a person known. An address is one person's, whatever its case."""

import re
import unicodedata
from datetime import datetime

from app.domain.accounts.actor import PlatformRole
from app.domain.errors import Invalid
from db.engine import transaction
from db.tables import Person

_ADDRESS = re.compile(r"[^@\s\x00-\x1f<>\"]{1,64}@[a-z0-9.-]{1,180}\.[a-z0-9-]{2,40}")
LONGEST = {"prenom": ("le prénom", 60), "nom": ("le nom", 60), "fonction": ("la fonction", 100)}


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
    """The person's id; one who is known already is left as they are, even if both come at once. Raises Invalid."""
    known = normal_address(address)
    names = _cleaned(prenom=first_name, nom=last_name, fonction=function)
    person = Person(
        address=known,
        first_name=names["prenom"],
        last_name=names["nom"],
        function=names["fonction"],
        platform_role=role,
        created_at=now,
    )
    async with transaction():
        found = await _find(known)
        if found is None:
            await Person.insert(person).on_conflict(target=Person.address, action="DO NOTHING")
            found = await _find(known)
    assert found is not None
    return found


async def _find(address: str) -> int | None:
    row = await Person.select(Person.id).where(Person.address == address).first()
    return int(row["id"]) if row else None


def _cleaned(**typed: str) -> dict[str, str]:
    """Blanks of every kind become one. Raises Invalid, saying each that is too long."""
    cleaned = {field: " ".join(unicodedata.normalize("NFC", value).split()) for field, value in typed.items()}
    too_long = {
        field: f"Raccourcissez {LONGEST[field][0]} : {LONGEST[field][1]} caractères au plus."
        for field, value in cleaned.items()
        if len(value) > LONGEST[field][1]
    }
    if too_long:
        raise Invalid(**too_long)
    return cleaned
