"""The person who acts, with their teams: read anew for each request, so that a change of team counts at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from db.nested_rows import build_nested_query, decode_nested_rows
from db.tables.people import Person
from db.tables.teams import TeamArea


class Side(StrEnum):
    """Which side of a case a team is on."""

    AGENT = "agent"
    REFERENT = "referent"


def find_side(kind: str) -> Side:
    """kind: of an organisation. A team of an « operator » answers cases; any other team opens them."""
    return Side.REFERENT if kind == "operator" else Side.AGENT


class PlatformRole(StrEnum):
    MEMBER = "member"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


@dataclass(frozen=True)
class Seat:
    """A person's membership of a team. The side follows from the kind of the team's organisation."""

    team_id: int
    team_name: str
    acronym: str
    side: Side
    manager: bool


@dataclass(frozen=True)
class Supervised:
    """What a supervisor supervises: the codes of areas, and the ids of organisations, each in every area."""

    areas: frozenset[str] = frozenset()
    organisations: frozenset[int] = frozenset()

    def covers(self, organisation_id: int, areas: frozenset[str]) -> bool:
        """The whole of a team: its organisation, or all its areas."""
        return organisation_id in self.organisations or (bool(areas) and areas <= self.areas)

    def touches(self, organisation_id: int, areas: frozenset[str]) -> bool:
        """At least a part of a team: its organisation, or one of its areas."""
        return organisation_id in self.organisations or bool(areas & self.areas)


NOTHING_SUPERVISED = Supervised()


@dataclass(frozen=True)
class Actor:
    """accepted_terms: the person has accepted the terms of use (app/domain/accounts/first_visit.py).
    is_expert: they read the cases that they are invited to, beside any role. supervised: empty but for a supervisor.
    """

    id: int
    address: str
    first_name: str
    last_name: str
    function: str
    phone: str
    signature: str
    accepted_terms: bool
    role: PlatformRole
    seats: tuple[Seat, ...]
    is_expert: bool = False
    shortcuts: bool = True
    supervised: Supervised = NOTHING_SUPERVISED

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.address

    def list_teams(self, side: Side) -> list[int]:
        return [seat.team_id for seat in self.seats if seat.side == side]

    def find_seat(self, team_ids: list[int]) -> Seat | None:
        return next((seat for seat in self.seats if seat.team_id in team_ids), None)

    @property
    def may_keep_phrases(self) -> bool:
        return bool(self.list_teams(Side.REFERENT))

    @property
    def may_open_cases(self) -> bool:
        return bool(self.list_teams(Side.AGENT))


_PERSON_COLUMNS = ("id", "address", "first_name", "last_name", "function", "phone", "signature", "shortcuts")
_SEATS_SOURCE = """membership JOIN team ON team.id = membership.team 
    JOIN organisation ON organisation.id = team.organisation WHERE membership.person = person.id"""


async def load_actor(person_id: int) -> Actor | None:
    """Returns None for an unknown id, and for a deactivated account from its next request on."""
    rows = await Person.raw(f"SELECT {build_actor_columns()} FROM person WHERE id = {{}} AND active", person_id)  # noqa: S608 # nosec B608
    return decode_actor(rows[0]) if rows else None


async def load_actors(person_ids: Collection[int]) -> list[Actor]:
    """In one query. Deactivated people are left out."""
    if not person_ids:
        return []
    asked = f"SELECT {build_actor_columns()} FROM person WHERE id IN ({', '.join(['{}'] * len(person_ids))}) AND active"  # noqa: S608 # nosec B608
    rows = await Person.raw(asked, *person_ids)
    return [actor for actor in map(decode_actor, rows) if actor]


def build_actor_columns() -> str:
    """The columns that decode_actor reads, for a query on person. Seats are in the order in which they were given."""
    known = ", ".join(f"person.{name} AS actor_{name}" for name in (*_PERSON_COLUMNS, "platform_role", "expert"))
    seats = build_nested_query(
        "membership.id, team.id, team.name, organisation.acronym, organisation.kind, manager", _SEATS_SOURCE
    )
    areas = _build_supervised_query("area", "supervision")
    organisations = _build_supervised_query("organisation", "supervised_organisation")
    return (
        f"{known}, person.terms_accepted_at IS NOT NULL AS actor_arrived, {seats} AS actor_seats, "
        f"{areas} AS actor_areas, {organisations} AS actor_organisations"
    )


def _build_supervised_query(column: str, table: str) -> str:
    """Asked of supervisors alone."""
    rows = build_nested_query(column, f"{table} WHERE {table}.person = person.id")
    return f"CASE WHEN person.platform_role = 'supervisor' THEN {rows} END"


def decode_actor(row: Mapping[str, Any]) -> Actor | None:
    if row["actor_id"] is None:
        return None
    return Actor(
        **{name: row[f"actor_{name}"] for name in _PERSON_COLUMNS},
        accepted_terms=bool(row["actor_arrived"]),
        role=PlatformRole(row["actor_platform_role"]),
        is_expert=bool(row["actor_expert"]),
        seats=tuple(_decode_seat(*columns) for _, *columns in decode_nested_rows(row["actor_seats"])),
        supervised=Supervised(
            frozenset(code for (code,) in decode_nested_rows(row["actor_areas"])),
            frozenset(number for (number,) in decode_nested_rows(row["actor_organisations"])),
        ),
    )


def _decode_seat(team_id: int, team_name: str, acronym: str, kind: str, manager: bool) -> Seat:
    return Seat(team_id, team_name, acronym, find_side(kind), bool(manager))


async def list_areas(team_ids: list[int]) -> list[str]:
    """Codes of the areas that these teams cover, sorted."""
    if not team_ids:
        return []
    rows = await TeamArea.select(TeamArea.area).where(TeamArea.team.is_in(team_ids))
    return sorted({row["area"] for row in rows})
