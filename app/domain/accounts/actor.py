"""Who acts: a person with their seats, read afresh for each request so that a change of team counts at once."""

from dataclasses import dataclass
from enum import StrEnum

from db.tables import Membership, Person, TeamArea


class Side(StrEnum):
    """Which side of a case a team stands on."""

    AGENT = "agent"
    REFERENT = "referent"


def side_of_kind(kind: str) -> Side:
    """An operator organisation answers; a helper asks."""
    return Side.REFERENT if kind == "operator" else Side.AGENT


class PlatformRole(StrEnum):
    MEMBER = "member"
    EXPERT = "expert"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


@dataclass(frozen=True)
class Seat:
    """A place in a team. The side follows from the organisation's kind."""

    team_id: int
    team_name: str
    acronym: str
    side: Side
    manager: bool


@dataclass(frozen=True)
class Actor:
    """arrived: has accepted the terms of use (app/domain/accounts/arrival.py)."""

    id: int
    address: str
    first_name: str
    last_name: str
    function: str
    phone: str
    signature: str
    arrived: bool
    role: PlatformRole
    seats: tuple[Seat, ...]
    shortcuts: bool = True

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.address

    def teams(self, side: Side) -> list[int]:
        return [seat.team_id for seat in self.seats if seat.side == side]

    def seat_in(self, team_ids: list[int]) -> Seat | None:
        return next((seat for seat in self.seats if seat.team_id in team_ids), None)

    @property
    def keeps_phrases(self) -> bool:
        return any(seat.manager and seat.side == Side.REFERENT for seat in self.seats)

    @property
    def opens_cases(self) -> bool:
        return bool(self.teams(Side.AGENT))


_SEAT = (
    Membership.team.id.as_alias("team_id"),
    Membership.team.name.as_alias("team_name"),
    Membership.team.organisation.acronym.as_alias("acronym"),
    Membership.team.organisation.kind.as_alias("kind"),
    Membership.manager,
)
"""Made once: following a key costs Piccolo more than the query, and this is asked at every request."""


async def load_actor(person_id: int) -> Actor | None:
    """The active person with this id, or None: a deactivated one is nobody from the next request on."""
    person = await (
        Person.select(
            Person.id,
            Person.address,
            Person.first_name,
            Person.last_name,
            Person.function,
            Person.phone,
            Person.signature,
            Person.shortcuts,
            Person.terms_accepted_at,
            Person.platform_role,
        )
        .where(Person.id == person_id, Person.active.eq(True))
        .first()
    )
    if person is None:
        return None
    role = PlatformRole(person.pop("platform_role"))
    arrived = person.pop("terms_accepted_at") is not None
    return Actor(role=role, arrived=arrived, seats=await _seats(person_id), **person)


async def _seats(person_id: int) -> tuple[Seat, ...]:
    rows = await Membership.select(*_SEAT).where(Membership.person == person_id).order_by(Membership.id)
    return tuple(
        Seat(
            team_id=row["team_id"],
            team_name=row["team_name"],
            acronym=row["acronym"],
            side=side_of_kind(row["kind"]),
            manager=row["manager"],
        )
        for row in rows
    )


async def areas_of(team_ids: list[int]) -> list[str]:
    """The territory codes that these teams cover, in order."""
    if not team_ids:
        return []
    rows = await TeamArea.select(TeamArea.area).where(TeamArea.team.is_in(team_ids))
    return sorted({row["area"] for row in rows})
