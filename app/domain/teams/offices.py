"""The France Services offices of the open list of 2 March 2020 become helper teams of their department.

The list's addresses are for reading on a page: nothing is ever sent to them.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.domain.teams.office_list import Office, read_offices
from app.domain.teams.searchable import index_teams
from db.engine import transaction
from db.tables import Area, Organisation, Team, TeamArea

_COLUMNS = ("name", "street", "postal_code", "commune", "contact_address", "phone")
_BATCH = 50  # rows an insert: SQLite takes 32,766 values at most, PostgreSQL 32,767


@dataclass
class OfficeReport:
    """How many are new, corrected, as they were; and (line, text) for what was refused or needs a look."""

    created: int = 0
    corrected: int = 0
    unchanged: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    remarks: list[tuple[int, str]] = field(default_factory=list)

    @property
    def taken(self) -> int:
        return self.created + self.corrected + self.unchanged


async def load_offices(path: Path) -> OfficeReport:
    """Told apart by their registry number: a second time changes nothing. Raises Invalid when a column is missing."""
    async with transaction():
        areas = {row["code"] for row in await Area.select(Area.code)}
        read = read_offices(path, areas)
        report = OfficeReport(refused=read.refused, remarks=read.remarks)
        await _write(read.offices, report)
    return report


async def _write(offices: list[Office], report: OfficeReport) -> None:
    known, placed = await _known()
    new, touched = [], []
    for office in offices:
        found = known.get(office.registry_number)
        if found is None:
            new.append(office)
            continue
        renamed, moved = await _correct(found, office), await _move(found["id"], placed.get(found["id"], []), office)
        if renamed or moved:
            touched.append(found["id"])
    report.created, report.corrected = len(new), len(touched)
    report.unchanged = len(offices) - len(new) - len(touched)
    await index_teams(touched + await _insert(new))


async def _known() -> tuple[dict[str, dict[str, Any]], dict[int, list[str]]]:
    """The offices by registry number, and the territories of each."""
    rows = await Team.select().where(Team.registry_number.is_not_null())
    seats = await TeamArea.select(TeamArea.team, TeamArea.area).where(TeamArea.team.registry_number.is_not_null())
    placed: dict[int, list[str]] = {}
    for seat in seats:
        placed.setdefault(seat["team"], []).append(seat["area"])
    return {row["registry_number"]: row for row in rows}, placed


async def _correct(found: dict[str, Any], office: Office) -> bool:
    values = _values(office)
    if all(found[name] == value for name, value in values.items()):
        return False
    await Team.update(values).where(Team.id == found["id"])
    return True


async def _move(team_id: int, areas: list[str], office: Office) -> bool:
    """To the department that the list says now; territories added by hand stay."""
    if office.area in areas:
        return False
    if len(areas) == 1:
        await TeamArea.delete().where(TeamArea.team == team_id)
    await TeamArea.insert(TeamArea(team=team_id, area=office.area))
    return True


async def _insert(offices: list[Office]) -> list[int]:
    """Their ids."""
    helper = await Organisation.select(Organisation.id).where(Organisation.acronym == "FS").first()
    assert helper is not None, "the organisations come first"
    made: list[int] = []
    for start in range(0, len(offices), _BATCH):
        batch = offices[start : start + _BATCH]
        teams = (
            Team(organisation=helper["id"], registry_number=office.registry_number, **_values(office))
            for office in batch
        )
        ids = await Team.insert(*teams).returning(Team.id, Team.registry_number)
        by_number = {row["registry_number"]: row["id"] for row in ids}
        await TeamArea.insert(*(TeamArea(team=by_number[office.registry_number], area=office.area) for office in batch))
        made += by_number.values()
    return made


def _values(office: Office) -> dict[Any, Any]:
    return {name: getattr(office, name) for name in _COLUMNS}
