"""The regions, as shortcuts: what is stored is always their departments. Source: INSEE, db/reference/regions.csv."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from app.domain.teams.areas import AreaChoice
from app.settings import ROOT

_FILE = ROOT / "db" / "reference" / "regions.csv"


@dataclass(frozen=True)
class Region:
    code: str
    name: str
    areas: frozenset[str]


@cache
def list_regions() -> tuple[Region, ...]:
    """Those of several departments: a region of one is that department."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    regions = (Region(row["code_insee"], row["nom"], frozenset(row["departements"].split())) for row in rows)
    return tuple(region for region in regions if len(region.areas) > 1)


def find_whole_regions(codes: frozenset[str]) -> list[Region]:
    return [region for region in list_regions() if region.areas <= codes]


def list_region_areas(region_codes: Iterable[str]) -> frozenset[str]:
    """The departments of these regions. Unknown codes are ignored."""
    chosen = set(region_codes)
    return frozenset(code for region in list_regions() if region.code in chosen for code in region.areas)


def format_areas(areas: Iterable[AreaChoice]) -> list[str]:
    """« Occitanie », then the departments that are not in a whole region: « Cher (18) »."""
    known = list(areas)
    whole = find_whole_regions(frozenset(area.code for area in known))
    inside = {code for region in whole for code in region.areas}
    return [*(region.name for region in whole), *(area.name_and_code for area in known if area.code not in inside)]
