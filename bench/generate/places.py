"""Areas and their teams: a few departments are big, most are small. Offices too differ much in size."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

LARGEST = "59 75 13 69 92 93 33 62 94 31 44 78 77 76 38 95 91 34 06 67 35 83 57 974 29"
"""Departments by population; the others follow by code."""
NEAR = {
    "CAF": 30,
    "CPAM": 22,
    "France Travail": 12,
    "CARSAT": 9,
    "DDFIP": 8,
    "Préf": 8,
    "MSA": 5,
    "MDPH": 4,
    "Département": 2,
}
"""Organisations with a team in each department -> share of the referents who work there."""
FAR = {"ANTS": 1.0, "CNAV": 0.5, "ANAH": 0.3, "Chèque énergie": 0.3}
"""Organisations with one team for the whole country."""
PEOPLE_FOR_AN_AREA = 150
SEATS_FOR_AN_OFFICE = 4


@dataclass(frozen=True)
class Place:
    """A team to create. people: how many members it has."""

    name: str
    acronym: str
    areas: tuple[str, ...]
    people: int


def areas_for(people: int, known: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Code and name of as many areas as so many people can serve, the largest first."""
    by_code = dict(known)
    ordered = [code for code in LARGEST.split() if code in by_code]
    ordered += [code for code in sorted(by_code) if code not in ordered]
    count = min(len(ordered), max(2, people // PEOPLE_FOR_AN_AREA))
    return [(code, by_code[code]) for code in ordered[:count]]


def share_of(rank: int) -> float:
    """The share of an area, by its rank."""
    return float((rank + 2) ** -0.75)


def places(draw: Random, people: int, areas: list[tuple[str, str]]) -> list[Place]:
    """All teams, with so many members together. Each has at least one."""
    wanted: list[tuple[str, str, tuple[str, ...]]]
    wanted = [(f"{acronym} {name}", acronym, (code,)) for code, name in areas for acronym in NEAR]
    wanted += [(acronym, acronym, tuple(code for code, _ in areas)) for acronym in FAR]
    of_area = [share_of(rank) for rank in range(len(areas))]
    weights = [share * weight for share in of_area for weight in NEAR.values()]
    weights += [sum(of_area) * weight for weight in FAR.values()]
    operators = [
        Place(*team, size) for team, size in zip(wanted, _spread(draw, int(people * 0.38), weights), strict=True)
    ]
    return operators + _offices(draw, people - sum(place.people for place in operators), areas)


def _offices(draw: Random, agents: int, areas: list[tuple[str, str]]) -> list[Place]:
    count = max(len(areas), agents // SEATS_FOR_AN_OFFICE)
    shares = [share_of(rank) for rank in range(len(areas))]
    drawn = [*range(len(areas)), *draw.choices(range(len(areas)), shares, k=count - len(areas))]
    sizes = _spread(draw, agents, [draw.lognormvariate(0, 0.9) for _ in drawn])
    found = [(areas[rank], number) for number, rank in enumerate(sorted(drawn), 1)]
    return [
        Place(f"France Services {name} {number}", "FS", (code,), size)
        for ((code, name), number), size in zip(found, sizes, strict=True)
    ]


def _spread(draw: Random, total: int, weights: list[float]) -> list[int]:
    """Gives one to each, and the rest by weight."""
    found = [1] * len(weights)
    for place in draw.choices(range(len(weights)), weights, k=max(0, total - len(weights))):
        found[place] += 1
    return found
