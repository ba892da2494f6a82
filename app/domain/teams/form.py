"""What is written of a team: its name, addresses and telephone, checked field by field."""

from dataclasses import asdict, dataclass
from typing import Any

from piccolo.columns.combination import And, WhereRaw

from app.domain.accounts.address import read_address, stored_as
from app.domain.accounts.identity import clean
from app.domain.errors import Invalid
from app.domain.text_length import too_long
from db.tables import Team


@dataclass(frozen=True)
class TeamCard:
    """contact_address is for reading; shared_address receives the team's letters."""

    name: str
    shared_address: str = ""
    street: str = ""
    postal_code: str = ""
    commune: str = ""
    contact_address: str = ""
    phone: str = ""


@dataclass(frozen=True)
class TeamWish:
    """What a form asks of a team. welcome: the kinds of helpers that may write to it."""

    card: TeamCard
    areas: frozenset[str]
    welcome: frozenset[int]


FIELDS = {
    "name": "nom",
    "shared_address": "adresse-partagee",
    "street": "rue",
    "postal_code": "code-postal",
    "commune": "commune",
    "contact_address": "contact",
    "phone": "telephone",
}
"""Each fact's field in the form."""
_ON_THE_LIST = (
    "Cette adresse est celle d’une structure de la liste France Services : elle sert à être lue, aucun mail n’y est "
    "envoyée. Donnez une autre adresse."
)
LONGEST: dict[str, int] = {name: getattr(Team, name).length for name in FIELDS}


async def load_card(team_id: int) -> TeamCard:
    row = await Team.select(*(getattr(Team, name) for name in FIELDS)).where(Team.id == team_id).first()
    assert row is not None
    return TeamCard(**row)


def tidy(card: TeamCard) -> TeamCard:
    """Blanks are single; the shared address is as letters leave for it, or as typed where it is none."""
    values = {name: clean(value) for name, value in asdict(card).items()}
    return TeamCard(**values | {"shared_address": stored_as(values["shared_address"])})


async def wrong_fields(card: TeamCard, organisation_id: int, team_id: int | None) -> dict[str, str]:
    """Field -> what to correct, of a tidy card; team_id is the team's own, once it exists."""
    wrong = too_long({FIELDS[name]: (getattr(card, name), most) for name, most in LONGEST.items()})
    if not card.name:
        wrong["nom"] = "Donnez un nom à l’équipe, par exemple « CAF du Lot »."
    elif await _is_taken(card.name, organisation_id, team_id):
        wrong["nom"] = "Une équipe ouverte de cet organisme porte déjà ce nom : ajoutez ce qui la distingue."
    if card.shared_address:
        wrong |= await _wrong_address(card.shared_address)
    return wrong


async def _is_taken(name: str, organisation_id: int, team_id: int | None) -> bool:
    same = Team.exists().where(Team.name == name, Team.organisation == organisation_id, Team.closed_at.is_null())
    return bool(await (same.where(Team.id != team_id) if team_id else same))


async def _wrong_address(address: str) -> dict[str, str]:
    try:
        read_address(address)
    except Invalid as refused:
        return {FIELDS["shared_address"]: refused.fields["adresse"]}
    if await is_on_the_list(address):
        return {FIELDS["shared_address"]: _ON_THE_LIST}
    return {}


async def is_on_the_list(address: str) -> bool:
    """Whether it is an office's of the France Services list: no letter ever goes there."""
    same = WhereRaw("LOWER(team.contact_address) = {}", address)
    return bool(await Team.exists().where(And(Team.registry_number.is_not_null(), same)))


def values_of(card: TeamCard) -> dict[Any, Any]:
    return dict(asdict(card))
