"""The local contact of a territory: whom to ask there about the platform. Source: the sheet, last line; E6.

Kept by the administrators everywhere, by a supervisor in their territories; shown to whoever works or supervises there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from piccolo.query import Select

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.accounts.address import read_address
from app.domain.accounts.duties import Duty, require
from app.domain.accounts.identity import clean, is_phone
from app.domain.audit.log import write_audit
from app.domain.errors import Invalid, absent
from app.domain.text_length import excess
from db.engine import transaction
from db.nested import nested, read_nested
from db.tables import Area, Supervision

NAME_LENGTH = 100
_COLUMNS = (
    Area.code,
    Area.name.as_alias("area"),
    Area.contact_name.as_alias("name"),
    Area.contact_address.as_alias("address"),
    Area.contact_phone.as_alias("phone"),
)
_HERE = """area WHERE contact_address <> '' AND code IN (
    SELECT team_area.area FROM membership JOIN team_area USING (team) WHERE membership.person = person.id
    UNION SELECT supervision.area FROM supervision WHERE supervision.person = person.id)"""


@dataclass(frozen=True)
class LocalContact:
    """Of the territory `area`. Without an address there is no contact yet."""

    code: str
    area: str
    name: str
    address: str
    phone: str


def contacts_sql() -> str:
    """What contacts_in reads, of a row of person: the territories that their teams cover, or that they supervise."""
    return nested("code, name, contact_name, contact_address, contact_phone", _HERE) + " AS contacts"


def contacts_in(row: Mapping[str, Any]) -> tuple[LocalContact, ...]:
    """By the number of the territory."""
    return tuple(LocalContact(*columns) for columns in read_nested(row["contacts"]))


async def kept_areas(actor: Actor) -> list[LocalContact]:
    """The territories whose contact the actor keeps, by number. Raises NotFound for whoever keeps none."""
    require(actor, Duty.KEEP_AREAS)
    query = Area.select(*_COLUMNS).order_by(Area.code)
    if actor.role != PlatformRole.ADMIN:
        query = query.where(Area.code.is_in(_supervised_by(actor)))
    return [LocalContact(**row) for row in await query]


async def kept_area(actor: Actor, code: str) -> LocalContact:
    """Raises NotFound, the same for a territory that does not exist and for one that is not the actor's."""
    found = next((area for area in await kept_areas(actor) if area.code == code), None)
    if found is None:
        hidden = await Area.exists().where(Area.code == code)
        raise absent("Ce territoire n’existe pas, ou n’est pas l’un des vôtres.", hidden=hidden)
    return found


async def keep_contact(actor: Actor, code: str, *, name: str, address: str, phone: str, now: datetime) -> None:
    """Three empty fields take the contact away. Raises NotFound, Invalid."""
    await kept_area(actor, code)
    values = _checked(clean(name), address.strip(), clean(phone))
    async with transaction():
        await Area.update(
            {Area.contact_name: values[0], Area.contact_address: values[1], Area.contact_phone: values[2]}
        ).where(Area.code == code)
        await write_audit("area.contact", now=now, person_id=actor.id)


def _checked(name: str, address: str, phone: str) -> tuple[str, str, str]:
    wrong = {}
    if len(name) > NAME_LENGTH:
        wrong["nom"] = excess(len(name), NAME_LENGTH)
    if address:
        try:
            address = read_address(address)
        except Invalid as refused:
            wrong |= refused.fields
    elif name or phone:
        wrong["adresse"] = "Saisissez l’adresse mail du contact, ou videz les trois champs pour le retirer."
    if phone and not is_phone(phone):
        wrong["telephone"] = "Saisissez un numéro de téléphone, par exemple 01 99 00 12 34, ou laissez ce champ vide."
    if wrong:
        raise Invalid(**wrong)
    return name, address, phone


def _supervised_by(actor: Actor) -> Select[Any]:
    return Supervision.select(Supervision.area).where(Supervision.person == actor.id)
