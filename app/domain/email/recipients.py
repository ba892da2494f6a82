"""When each person wants their emails, and in which time zone. Every email of a team keeps a person who receives it.

Of an email about a case, for each team that it goes to, once all who are notified chose none:

| the case is                                    | the email goes                                              |
|------------------------------------------------|-------------------------------------------------------------|
| a referent's who has it                        | to them, once a day                                         |
| an agent's who opened it                       | to those of the office who hear of their colleagues' cases; |
|                                                | if there is none, to its author, once a day                 |
| without anyone                                 | to all of them, once a day                                  |

A choice that leads there is refused (preferences.py); a departure is not. Source: features.md S13.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from app.domain.calendar.time_zones import PARIS, find_time_zone
from app.domain.email.schedule import EmailFrequency
from app.domain.email.shares import CaseReader, CaseShare, resolve_shares
from app.domain.email.stored_choices import CHOICE_COLUMNS, EmailChoices, decode_choices
from db.tables.members import Membership
from db.tables.people import Person
from db.tables.teams import TeamArea


@dataclass(frozen=True)
class EmailPreference:
    choices: EmailChoices
    zone: ZoneInfo


@dataclass(frozen=True)
class Departure:
    """How an email about a case leaves for one person."""

    share: CaseShare
    frequency: EmailFrequency
    zone: ZoneInfo


async def compute_departures(readers: Collection[CaseReader], *, office: int, doer: int | None) -> dict[int, Departure]:
    """office: the agents' team of the case. doer: who acts, and is never notified."""
    shares = resolve_shares(readers)
    known = await load_email_preferences(list(shares))
    plan = {
        person: Departure(share, known[person].choices[share], known[person].zone) for person, share in shares.items()
    }
    by_team: dict[int, list[CaseReader]] = defaultdict(list)
    for reader in readers:
        if reader.team is not None:
            by_team[reader.team].append(reader)
    for team, members in by_team.items():
        if all(plan[member.person].frequency == EmailFrequency.NONE for member in members):
            plan |= await _find_a_reader(plan, members, team, doer=doer, is_office=team == office)
    return plan


async def _find_a_reader(
    plan: Mapping[int, Departure], members: list[CaseReader], team: int, *, doer: int | None, is_office: bool
) -> dict[int, Departure]:
    """Who hears of a case although all who are notified in the team chose none."""
    holders = [member for member in members if member.share == CaseShare.MINE]
    if holders and is_office and (stand_ins := await _load_stand_ins(team, {*plan, doer or 0})):
        return stand_ins
    return {
        member.person: replace(plan[member.person], frequency=EmailFrequency.DAILY) for member in holders or members
    }


async def _load_stand_ins(office: int, without: set[int]) -> dict[int, Departure]:
    """The active members of the office who hear of their colleagues' cases."""
    rows = await Membership.select(Membership.person).where(
        Membership.team == office, Membership.person.active.eq(True), Membership.person.not_in(sorted(without))
    )
    known = await load_email_preferences([row["person"] for row in rows])
    share = CaseShare.COLLEAGUES
    return {
        person: Departure(share, wish.choices[share], wish.zone)
        for person, wish in known.items()
        if wish.choices[share] != EmailFrequency.NONE
    }


async def list_emailed_people(people: Collection[int], share: CaseShare) -> frozenset[int]:
    """Those of these people who did not choose « never » for the share."""
    known = await load_email_preferences(sorted(people))
    return frozenset(one for one, wish in known.items() if wish.choices[share] != EmailFrequency.NONE)


async def load_email_preferences(people: list[int]) -> dict[int, EmailPreference]:
    if not people:
        return {}
    rows = await Person.select(Person.id, *CHOICE_COLUMNS).where(Person.id.is_in(people))
    chosen = {row["id"]: decode_choices(row) for row in rows}
    waiting = [person for person, known in chosen.items() if set(known.values()) != {EmailFrequency.AT_ONCE}]
    zones = await load_time_zones(waiting)
    return {person: EmailPreference(known, zones.get(person, PARIS)) for person, known in chosen.items()}


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
