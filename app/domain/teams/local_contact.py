"""The local contact of a territory: the person to ask there about the platform.

An admin edits all contacts, a supervisor those of their territories. The people who work or supervise in a territory
see its contact. Source: the agents' sheet, last line; E6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.accounts.address import parse_address
from app.domain.accounts.duties import Duty, require_duty
from app.domain.accounts.identity import normalize_spaces
from app.domain.accounts.phone import clean_phone, find_phone_error
from app.domain.audit.log import write_audit
from app.domain.errors import Invalid, build_not_found
from app.domain.text_length import format_length_error
from db.engine import transaction
from db.nested_rows import build_nested_query, decode_nested_rows
from db.tables.areas import Area

MAX_NAME_LENGTH = 100
_COLUMNS = (
    Area.code,
    Area.name.as_alias("area"),
    Area.contact_name.as_alias("name"),
    Area.contact_address.as_alias("address"),
    Area.contact_phone.as_alias("phone"),
)
_AREAS_OF_PERSON = """area WHERE contact_address <> '' AND code IN (
    SELECT team_area.area FROM membership JOIN team_area USING (team) WHERE membership.person = person.id
    UNION SELECT supervision.area FROM supervision WHERE supervision.person = person.id)"""


@dataclass(frozen=True)
class LocalContact:
    """`area` is the name of the territory. `address` is empty when the territory has no contact yet."""

    code: str
    area: str
    name: str
    address: str
    phone: str


def build_contacts_query() -> str:
    """The columns that decode_contacts reads, for a query on `person`: one contact for each territory of the person.

    These are the territories that the person's teams cover, and those that they supervise.
    """
    return (
        build_nested_query("code, name, contact_name, contact_address, contact_phone", _AREAS_OF_PERSON)
        + " AS contacts"
    )


def decode_contacts(row: Mapping[str, Any]) -> tuple[LocalContact, ...]:
    """Sorted by the number of the territory."""
    return tuple(LocalContact(*columns) for columns in decode_nested_rows(row["contacts"]))


async def list_editable_contacts(actor: Actor) -> list[LocalContact]:
    """The contacts that the actor may edit, by number of the territory. Raises NotFound without the duty."""
    require_duty(actor, Duty.MANAGE_AREAS)
    query = Area.select(*_COLUMNS).order_by(Area.code)
    if actor.role != PlatformRole.ADMIN:
        query = query.where(Area.code.is_in(sorted(actor.supervised.areas) or [""]))
    return [LocalContact(**row) for row in await query]


async def load_editable_contact(actor: Actor, code: str) -> LocalContact:
    """Raises NotFound, the same for an unknown territory and for one that is not the actor's."""
    found = next((area for area in await list_editable_contacts(actor) if area.code == code), None)
    if found is None:
        hidden = await Area.exists().where(Area.code == code)
        raise build_not_found("Ce territoire n’existe pas, ou n’est pas l’un des vôtres.", exists_for_others=hidden)
    return found


async def save_contact(actor: Actor, code: str, *, name: str, address: str, phone: str, now: datetime) -> None:
    """Three empty fields remove the contact. Raises NotFound, Invalid."""
    await load_editable_contact(actor, code)
    values = _check_contact(normalize_spaces(name), address.strip(), clean_phone(phone))
    async with transaction():
        await Area.update(
            {Area.contact_name: values[0], Area.contact_address: values[1], Area.contact_phone: values[2]}
        ).where(Area.code == code)
        await write_audit("area.contact", now=now, person_id=actor.id)


def _check_contact(name: str, address: str, phone: str) -> tuple[str, str, str]:
    wrong = {}
    if len(name) > MAX_NAME_LENGTH:
        wrong["nom"] = format_length_error(len(name), MAX_NAME_LENGTH)
    if address:
        try:
            address = parse_address(address)
        except Invalid as refused:
            wrong |= refused.fields
    elif name or phone:
        wrong["adresse"] = "Saisissez l’adresse mail du contact, ou videz les trois champs pour le retirer."
    if phone and (error := find_phone_error(phone)):
        wrong["telephone"] = error
    if wrong:
        raise Invalid(**wrong)
    return name, address, phone
