"""What stories can use: offices, the team of each organisation in each area, the catalogue.

It is read with the domain’s own queries, so that cases go where submit() would send them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from app.domain.accounts.actor import Side, find_side
from app.domain.catalogue.guided import list_categories, list_subject_organisations, list_subjects
from app.domain.email.schedule import EmailFrequency
from app.domain.teams.reachability import find_reachable_teams, list_organisations_in_area
from db.tables.members import Membership
from db.tables.teams import TeamArea

_USUAL = ("CAF", "CPAM")


@dataclass(frozen=True)
class Office:
    """agents: those who work there today."""

    team: int
    area: str
    agents: tuple[int, ...]


@dataclass(frozen=True)
class Topic:
    """A subject of the catalogue, and the organisations that it contacts."""

    category: int
    subject: int
    name: str
    organisations: tuple[int, ...]


@dataclass(frozen=True)
class Seat:
    """An active member of a team. came: has logged in. gets_email: receives emails."""

    team: int
    person: int
    runs: bool
    came: bool
    gets_email: bool


@dataclass(frozen=True)
class Society:
    """email_readers: members of each team who receive emails. working: members who have logged in, and who write."""

    offices: Sequence[Office]
    busy: Sequence[float]
    topics: Sequence[Topic]
    frequent: Sequence[float]
    usual: tuple[int, ...]
    routes: dict[str, dict[int, list[int]]]
    asked: dict[int, str]
    email_readers: dict[int, tuple[int, ...]]
    email_addresses: frozenset[int]
    working: dict[int, tuple[int, ...]]
    runs: dict[int, int]
    team_of: dict[int, int]


async def read_society(first_team: int) -> Society:
    """Cases are opened by the helper teams from `first_team` on."""
    seats = await _seats()
    working = _by_team(seat for seat in seats if seat.came)
    offices = await _offices(first_team, working)
    topics = await _topics()
    areas = sorted({office.area for office in offices})
    known = await list_organisations_in_area(areas[0], None)
    return Society(
        offices=offices,
        busy=list(accumulate(len(office.agents) for office in offices)),
        topics=topics,
        frequent=list(accumulate(1 / (rank + 3) for rank in range(len(topics)))),
        usual=tuple(one.id for one in known if one.acronym in _USUAL),
        routes={area: await find_reachable_teams(area, None) for area in areas},
        asked={one.id: one.asked_field for one in known if one.asked_field},
        email_readers=_by_team(seat for seat in seats if seat.gets_email),
        email_addresses=frozenset(seat.person for seat in seats if seat.gets_email),
        working=working,
        runs={seat.team: seat.person for seat in reversed(seats) if seat.runs},
        team_of={seat.person: seat.team for seat in reversed(seats)},
    )


async def _seats() -> list[Seat]:
    came = Membership.person.terms_accepted_at.as_alias("came")
    letters = Membership.person.email_frequency.as_alias("frequency")
    query = Membership.select(Membership.team, Membership.person, Membership.manager, came, letters)
    rows = await query.where(Membership.person.active.eq(True)).order_by(Membership.id)
    return [
        Seat(
            row["team"], row["person"], row["manager"], row["came"] is not None, row["frequency"] != EmailFrequency.NONE
        )
        for row in rows
    ]


def _by_team(seats: Iterable[Seat]) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    for seat in seats:
        found.setdefault(seat.team, []).append(seat.person)
    return {team: tuple(people) for team, people in found.items()}


async def _offices(first_team: int, working: dict[int, tuple[int, ...]]) -> list[Office]:
    kind = TeamArea.team.organisation.kind.as_alias("kind")
    rows = await TeamArea.select(TeamArea.team, TeamArea.area, kind).order_by(TeamArea.team)
    ours = [row for row in rows if row["team"] >= first_team and find_side(row["kind"]) == Side.AGENT]
    return [Office(row["team"], row["area"], working[row["team"]]) for row in ours]


async def _topics() -> list[Topic]:
    found = []
    for category in await list_categories():
        subjects = await list_subjects(category.id)
        found += [Topic(category.id, one.id, one.name, await _contacted(one.id)) for one in subjects]
    return [topic for topic in found if topic.organisations]


async def _contacted(subject: int) -> tuple[int, ...]:
    return tuple(await list_subject_organisations(subject))
