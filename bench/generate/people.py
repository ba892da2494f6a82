"""Writes teams and their members in bulk, as the domain’s functions do."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from app.domain.accounts.actor import PlatformRole
from app.domain.email.schedule import EmailFrequency
from app.domain.search.people_and_teams import index_people, index_teams
from bench.generate.moments import DAY, FIVE_YEARS
from bench.generate.names import FAMILY, GIVEN, shares
from bench.generate.places import Place, areas_for, places
from bench.generate.sentences import PHRASES
from db.bulk_copy import advance_id_sequence, copy_rows, find_next_id
from db.search import fold_text
from db.tables.areas import Area
from db.tables.members import Membership
from db.tables.organisations import Organisation
from db.tables.people import Person, Supervision
from db.tables.phrases import Phrase
from db.tables.teams import Team, TeamArea

EXPERTS = 3
_PERSON = (
    "id address first_name last_name function platform_role active created_at phone email_frequency terms_accepted_at"
)
_AT_ONCE = 0.55
_FIRST_MONTH = 30 * DAY
Row = tuple[Any, ...]


async def settle_people(draw: Random, people: int, now: datetime) -> list[Place]:
    """Creates so many people, the platform’s team included. Runs in the transaction."""
    rows = await Area.select(Area.code, Area.name).order_by(Area.code)
    areas = areas_for(people, [(row["code"], row["name"]) for row in rows])
    wanted = places(draw, people - 1 - EXPERTS - len(areas), areas)
    teams = await _write_teams(wanted)
    first = await find_next_id(Person)
    numbers = count(first)
    seats = list(_seats(wanted, teams, numbers))
    roles = _platform(numbers, [code for code, _ in areas])
    began = now - timedelta(seconds=FIVE_YEARS)
    written = [_person(draw, number, function, began, sure=runs) for number, _, runs, function in seats]
    written += [_person(draw, number, function, began, role=role, sure=True) for number, role, function, _ in roles]
    await copy_rows(Person, _PERSON.split(), written)
    experts = [number for number, role, *_ in roles if role == PlatformRole.MEMBER]
    await Person.update({Person.expert: True}).where(Person.id.is_in(experts))
    await copy_rows(Membership, ("person", "team", "manager"), [seat[:3] for seat in seats])
    await copy_rows(Supervision, ("person", "area"), [(number, area) for number, _, _, area in roles if area])
    await _write_phrases(wanted, teams)
    await advance_id_sequence(Person)
    await index_teams(teams)
    await index_people(number for number, *_ in roles)
    return wanted


async def _write_teams(wanted: list[Place]) -> list[int]:
    organisations = {
        row["acronym"]: row["id"] for row in await Organisation.select(Organisation.id, Organisation.acronym)
    }
    first = await find_next_id(Team)
    rows = [(number, place.name, organisations[place.acronym]) for number, place in enumerate(wanted, first)]
    await copy_rows(Team, ("id", "name", "organisation"), rows)
    placed = [(number, area) for number, place in enumerate(wanted, first) for area in sorted(place.areas)]
    await copy_rows(TeamArea, ("team", "area"), placed)
    await advance_id_sequence(Team)
    return [row[0] for row in rows]


def _seats(wanted: list[Place], teams: list[int], numbers: Iterator[int]) -> Iterator[tuple[int, int, bool, str]]:
    """Person, team, whether they manage it, function."""
    for place, team in zip(wanted, teams, strict=True):
        function = "Conseillère France Services" if place.acronym == "FS" else "Référente partenariats"
        for rank in range(place.people):
            yield next(numbers), team, rank == 0, function


def _platform(numbers: Iterator[int], areas: list[str]) -> list[tuple[int, PlatformRole, str, str]]:
    """Person, role, function, supervised area."""
    found = [(next(numbers), PlatformRole.SUPERVISOR, "Animatrice du réseau", area) for area in areas]
    found += [(next(numbers), PlatformRole.MEMBER, "Experte de la plateforme", "") for _ in range(EXPERTS)]
    return [*found, (next(numbers), PlatformRole.ADMIN, "Administratrice", "")]


def _person(
    draw: Random,
    number: int,
    function: str,
    began: datetime,
    *,
    role: PlatformRole = PlatformRole.MEMBER,
    sure: bool,
) -> Row:
    """Unless `sure`, one in thirty has left, one has never logged in, and many receive no email."""
    given, family = draw.choices(GIVEN, shares(len(GIVEN)))[0], draw.choices(FAMILY, shares(len(FAMILY)))[0]
    address = f"{fold_text(given)}.{fold_text(family)}.{number}@exemple.fr"
    created = began - timedelta(seconds=int(draw.random() * _FIRST_MONTH))
    state = 1.0 if sure else draw.random()
    arrived = created if state < 1 / 30 or state > 2 / 30 else None
    phone = f"05 36 49 {number // 100 % 100:02d} {number % 100:02d}"
    letters = EmailFrequency.AT_ONCE if sure or draw.random() < _AT_ONCE else EmailFrequency.NONE
    found = (given, family, function, role.value, state >= 1 / 30, created, phone, letters.value, arrived)
    return number, address, *found


async def _write_phrases(wanted: list[Place], teams: list[int]) -> None:
    answering = [team for place, team in zip(wanted, teams, strict=True) if place.acronym != "FS"]
    rows = [(team, *phrase, position) for team in answering for position, phrase in enumerate(PHRASES)]
    await copy_rows(Phrase, ("team", "title", "body", "position"), rows)
