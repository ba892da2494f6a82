"""What older releases stored as it was typed, and the readers of today would refuse or clean: ids alone, by kind.

An operator gives the numbers to the people who keep these pages: the first new save cleans each.
"""

from collections.abc import Callable, Iterable
from typing import Any

from app.domain.accounts.address import parse_stored_address
from app.domain.accounts.phone import clean_phone, find_phone_error
from app.domain.cases.citizen import IDENTITY_COLUMNS, decode_citizen
from db.encryption import UnreadableError
from db.tables.areas import Area
from db.tables.cases import Case
from db.tables.people import Person
from db.tables.teams import Team
from db.visible_text import remove_invisible

Rows = Iterable[dict[str, Any]]
_BATCH = 500


async def list_stored_identifiers() -> dict[str, tuple[str, ...]]:
    """Kind, in French -> ids. A kind without any is left out."""
    people = await Person.select(
        Person.id, Person.address, Person.phone, Person.first_name, Person.last_name, Person.function
    ).order_by(Person.id)
    teams = await Team.select(Team.id, Team.name, Team.shared_address, Team.phone).order_by(Team.id)
    areas = await Area.select(Area.code, Area.contact_name, Area.contact_phone).order_by(Area.code)
    found = {
        "adresses de personnes": _list_ids(people, lambda row: not parse_stored_address(row["address"])),
        "téléphones de personnes": _list_ids(people, lambda row: _is_wrong_phone(row["phone"])),
        "noms de personnes": _list_ids(people, lambda row: _has_invisible(row, "first_name", "last_name", "function")),
        "adresses partagées d’équipes": _list_ids(teams, _has_wrong_shared_address),
        "téléphones d’équipes": _list_ids(teams, lambda row: _is_wrong_phone(row["phone"], may_be_short=True)),
        "noms d’équipes": _list_ids(teams, lambda row: _has_invisible(row, "name")),
        "contacts de territoires": _list_ids(areas, _is_wrong_contact, "code"),
        "usagers (demandes)": await _list_cases(),
    }
    return {kind: ids for kind, ids in found.items() if ids}


def _list_ids(rows: Rows, is_wrong: Callable[[dict[str, Any]], bool], key: str = "id") -> tuple[str, ...]:
    return tuple(str(row[key]) for row in rows if is_wrong(row))


def _is_wrong_phone(stored: str, *, may_be_short: bool = False) -> bool:
    return bool(stored) and (clean_phone(stored) != stored or bool(find_phone_error(stored, may_be_short=may_be_short)))


def _has_invisible(row: dict[str, Any], *names: str) -> bool:
    return any(remove_invisible(row[name]) != row[name] for name in names)


def _has_wrong_shared_address(row: dict[str, Any]) -> bool:
    return bool(row["shared_address"]) and parse_stored_address(row["shared_address"]) is None


def _is_wrong_contact(row: dict[str, Any]) -> bool:
    return _has_invisible(row, "contact_name") or _is_wrong_phone(row["contact_phone"])


async def _list_cases() -> tuple[str, ...]:
    """Names are encrypted: each one is read. One that no key reads is left to « cles » of /readyz."""
    found, last = list[str](), None
    while rows := await _load_cases(last):
        found += [str(row["id"]) for row in rows if _has_invisible_name(row)]
        last = rows[-1]["id"]
    return tuple(found)


async def _load_cases(last: Any) -> list[dict[str, Any]]:
    query = Case.select(Case.id, *IDENTITY_COLUMNS).order_by(Case.id).limit(_BATCH)
    rows: list[dict[str, Any]] = await (query.where(Case.id > last) if last else query)
    return rows


def _has_invisible_name(row: dict[str, Any]) -> bool:
    try:
        citizen = decode_citizen(row["id"], row)
    except UnreadableError:
        return False
    return _has_invisible(vars(citizen), "first_name", "last_name", "birth")
