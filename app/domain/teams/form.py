"""The form of a team: its name, addresses and phone, checked field by field."""

from dataclasses import asdict, dataclass
from typing import Any

from piccolo.columns.combination import And, WhereRaw

from app.domain.accounts.address import normalize_address, parse_address
from app.domain.accounts.identity import normalize_spaces
from app.domain.accounts.phone import clean_phone, find_phone_error
from app.domain.errors import Invalid
from app.domain.text_length import find_length_errors
from db.tables.teams import Team


@dataclass(frozen=True)
class TeamCard:
    """`contact_address` is shown on pages and receives no email. `shared_address` receives the team's emails."""

    name: str
    shared_address: str = ""
    street: str = ""
    postal_code: str = ""
    commune: str = ""
    contact_address: str = ""
    phone: str = ""


@dataclass(frozen=True)
class TeamForm:
    """`accepted_helpers` are the kinds of helpers that may write to the team."""

    card: TeamCard
    areas: frozenset[str]
    accepted_helpers: frozenset[int]


FORM_FIELDS = {
    "name": "nom",
    "shared_address": "adresse-partagee",
    "street": "rue",
    "postal_code": "code-postal",
    "commune": "commune",
    "contact_address": "contact",
    "phone": "telephone",
}
"""Name in TeamCard -> name of the field in the form."""
_OFFICE_ADDRESS = (
    "Cette adresse est celle d’une structure de la liste France Services : elle sert à être lue, aucun mail n’y est "
    "envoyée. Donnez une autre adresse."
)
MAX_LENGTHS: dict[str, int] = {name: getattr(Team, name).length for name in FORM_FIELDS}


async def load_card(team_id: int) -> TeamCard:
    row = await Team.select(*(getattr(Team, name) for name in FORM_FIELDS)).where(Team.id == team_id).first()
    assert row is not None
    return TeamCard(**row)


def normalize_card(card: TeamCard) -> TeamCard:
    """Repeated blanks become one, what nothing shows goes, and the phone is cleaned.

    The shared address takes the form used for sending, if it is valid.
    """
    values = {name: normalize_spaces(value) for name, value in asdict(card).items()}
    read = {"shared_address": normalize_address(values["shared_address"]), "phone": clean_phone(values["phone"])}
    return TeamCard(**values | read)


async def find_field_errors(card: TeamCard, organisation_id: int, team_id: int | None) -> dict[str, str]:
    """Field -> what to correct, for a normalized card. `team_id` is None for a team that is not created yet."""
    wrong = find_length_errors({FORM_FIELDS[name]: (getattr(card, name), most) for name, most in MAX_LENGTHS.items()})
    if not card.name:
        wrong["nom"] = "Donnez un nom à l’équipe, par exemple « CAF du Lot »."
    elif await _is_name_taken(card.name, organisation_id, team_id):
        wrong["nom"] = "Une équipe ouverte de cet organisme porte déjà ce nom : ajoutez ce qui la distingue."
    if card.phone and (error := find_phone_error(card.phone, may_be_short=True)):
        wrong[FORM_FIELDS["phone"]] = error
    if card.shared_address:
        wrong |= await _find_address_errors(card.shared_address)
    return wrong


async def _is_name_taken(name: str, organisation_id: int, team_id: int | None) -> bool:
    same = Team.exists().where(Team.name == name, Team.organisation == organisation_id, Team.closed_at.is_null())
    return bool(await (same.where(Team.id != team_id) if team_id else same))


async def _find_address_errors(address: str) -> dict[str, str]:
    try:
        parse_address(address)
    except Invalid as refused:
        return {FORM_FIELDS["shared_address"]: refused.fields["adresse"]}
    if await is_office_address(address):
        return {FORM_FIELDS["shared_address"]: _OFFICE_ADDRESS}
    return {}


async def is_office_address(address: str) -> bool:
    """Whether an office of the France Services list has this address. No email is ever sent to such an address."""
    same = WhereRaw("LOWER(team.contact_address) = {}", address)
    return bool(await Team.exists().where(And(Team.registry_number.is_not_null(), same)))


def build_column_values(card: TeamCard) -> dict[Any, Any]:
    return dict(asdict(card))
