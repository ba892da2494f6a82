"""The local contact of a territory: whom to ask there about the platform. Source: the sheet, last line; E6.

Kept by the administrators everywhere, by a supervisor in their territories; shown to whoever works or supervises there.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from piccolo.query import Select

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.accounts.identity import clean, is_phone
from app.domain.accounts.registration import normal_address
from app.domain.administration import Duty, require
from app.domain.audit import write_audit
from app.domain.errors import Invalid, NotFound
from db.engine import transaction
from db.tables import Area, Supervision, TeamArea

NAME_LENGTH = 100
_COLUMNS = (
    Area.code,
    Area.name.as_alias("area"),
    Area.contact_name.as_alias("name"),
    Area.contact_address.as_alias("address"),
    Area.contact_phone.as_alias("phone"),
)


@dataclass(frozen=True)
class LocalContact:
    """Of the territory `area`. Without an address there is no contact yet."""

    code: str
    area: str
    name: str
    address: str
    phone: str


async def contacts_of(actor: Actor) -> tuple[LocalContact, ...]:
    """Those of the territories that the actor's teams cover, or that they supervise; by number."""
    covered = TeamArea.select(TeamArea.area).where(TeamArea.team.is_in([seat.team_id for seat in actor.seats] or [0]))
    here = Area.code.is_in(covered) | Area.code.is_in(_supervised_by(actor))
    rows = await Area.select(*_COLUMNS).where(Area.contact_address != "", here).order_by(Area.code)
    return tuple(LocalContact(**row) for row in rows)


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
        raise NotFound("Ce territoire n’existe pas, ou n’est pas l’un des vôtres.")
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
        wrong["nom"] = f"Raccourcissez le nom : {NAME_LENGTH} caractères au plus."
    if address:
        try:
            address = normal_address(address)
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
