"""When each person wants their emails, and in which time zone. Every team keeps a person who receives emails.

A team where every active member chose none receives emails once a day. This happens when its last reader leaves: the
choice is refused to a last reader (preferences.py), but a departure is not. Source: features.md S13.
"""

from collections import defaultdict
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.domain.calendar.time_zones import PARIS, find_time_zone
from app.domain.email.schedule import EmailFrequency
from db.tables.members import Membership
from db.tables.people import Person
from db.tables.teams import TeamArea


@dataclass(frozen=True)
class EmailPreference:
    frequency: EmailFrequency
    zone: ZoneInfo


async def load_email_preferences(people: list[int]) -> dict[int, EmailPreference]:
    """The preference that applies today to each person."""
    if not people:
        return {}
    rows = await Person.select(Person.id, Person.email_frequency).where(Person.id.is_in(people))
    chosen = {row["id"]: EmailFrequency(row["email_frequency"]) for row in rows}
    needed = await _find_needed_readers([person for person, choice in chosen.items() if choice == EmailFrequency.NONE])
    chosen |= dict.fromkeys(needed, EmailFrequency.DAILY)
    zones = await load_time_zones([person for person, choice in chosen.items() if choice != EmailFrequency.AT_ONCE])
    return {person: EmailPreference(choice, zones.get(person, PARIS)) for person, choice in chosen.items()}


async def _find_needed_readers(silent: list[int]) -> set[int]:
    """The people who chose none, in a team where all members did."""
    teams = await _list_team_ids(silent)
    heard = await find_teams_with_readers([team for seats in teams.values() for team in seats])
    return {person for person, seats in teams.items() if not heard.issuperset(seats)}


async def find_teams_with_readers(teams: list[int], *, without: int | None = None) -> set[int]:
    """The teams with an active member, other than `without`, who wants emails."""
    if not teams:
        return set()
    rows = await Membership.select(Membership.team).where(
        Membership.team.is_in(teams),
        Membership.person != (without or 0),
        Membership.person.active.eq(True),
        Membership.person.email_frequency != EmailFrequency.NONE.value,
    )
    return {row["team"] for row in rows}


async def load_time_zones(people: list[int]) -> dict[int, ZoneInfo]:
    """The time zone of the first territory of each person's oldest team."""
    seats = await _list_team_ids(people)
    firsts = {person: teams[0] for person, teams in seats.items()}
    areas: dict[int, str] = {}
    if firsts:
        rows = await TeamArea.select(TeamArea.team, TeamArea.area).where(TeamArea.team.is_in(list(firsts.values())))
        areas = {row["team"]: row["area"] for row in sorted(rows, key=lambda row: row["area"], reverse=True)}
    return {person: find_time_zone(areas[team]) for person, team in firsts.items() if team in areas}


async def _list_team_ids(people: list[int]) -> dict[int, list[int]]:
    """Person -> team ids, the oldest membership first."""
    seats: dict[int, list[int]] = defaultdict(list)
    if people:
        query = Membership.select(Membership.person, Membership.team).where(Membership.person.is_in(people))
        for row in await query.order_by(Membership.id):
            seats[row["person"]].append(row["team"])
    return seats
