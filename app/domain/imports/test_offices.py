"""All 531 France Services offices become teams of their department; loading them again changes nothing."""

import csv
from collections import Counter
from pathlib import Path

from app.domain.catalogue.loading import REFERENCE
from app.domain.imports.offices import load_offices
from db.tables.email import Email
from db.tables.teams import Team, TeamArea

LIST = REFERENCE / "france_services_2020-03-02.csv"


async def areas_of(number: str) -> list[str]:
    rows = await TeamArea.select(TeamArea.area).where(TeamArea.team.registry_number == number).order_by(TeamArea.id)
    return [row["area"] for row in rows]


def first_row(path: Path, *changes: tuple[str, str]) -> Path:
    """A list of the first office alone, with these changes."""
    heading, row = LIST.read_text(encoding="utf-8").splitlines()[:2]
    for before, after in changes:
        assert before in row
        row = row.replace(before, after, 1)
    path.write_text(f"{heading}\n{row}\n", encoding="utf-8")
    return path


async def test_all_of_them_are_teams_of_france_services_in_their_department(database: str) -> None:
    raw = list(csv.reader(LIST.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))[1:]

    report = await load_offices(LIST)

    assert (report.created, report.accepted, report.refused) == (531, 531, [])
    placed = await TeamArea.select(TeamArea.area).where(TeamArea.team.registry_number.is_not_null())
    assert Counter(row["area"] for row in placed) == Counter(row[1].zfill(2) for row in raw)
    kinds = await Team.select(Team.organisation.acronym).where(Team.registry_number.is_not_null())
    assert Counter(row["organisation.acronym"] for row in kinds) == {"FS": 531}


async def test_loading_them_again_changes_nothing(database: str) -> None:
    await load_offices(LIST)
    before = (await Team.select().order_by(Team.id), await TeamArea.select().order_by(TeamArea.id))

    again = await load_offices(LIST)

    assert (again.created, again.corrected, again.unchanged) == (0, 0, 531)
    assert (await Team.select().order_by(Team.id), await TeamArea.select().order_by(TeamArea.id)) == before


async def test_what_the_list_corrects_is_corrected_in_the_same_team(database: str, tmp_path: Path) -> None:
    await load_offices(first_row(tmp_path / "list.csv"))
    before = await Team.select(Team.id).where(Team.registry_number == "1").first()

    moved = [("1;1;", "1;46;"), ("Valserhône", "Cahors"), ("01033", "46042"), ("01200", "46000")]
    report = await load_offices(first_row(tmp_path / "list.csv", *moved))

    after = await Team.select(Team.id, Team.name).where(Team.registry_number == "1")
    assert before and after == [{"id": before["id"], "name": "France Services Cahors"}]
    assert (report.corrected, await areas_of("1")) == (1, ["46"])


async def test_a_territory_added_by_hand_stays(database: str, tmp_path: Path) -> None:
    await load_offices(first_row(tmp_path / "list.csv"))
    office = await Team.select(Team.id).where(Team.registry_number == "1").first()
    assert office
    await TeamArea.insert(TeamArea(team=office["id"], area="74"))

    report = await load_offices(first_row(tmp_path / "list.csv"))

    assert (report.unchanged, await areas_of("1")) == (1, ["01", "74"])


async def test_no_letter_is_ever_written_to_an_address_of_the_list(database: str) -> None:
    await load_offices(LIST)

    assert await Email.count() == 0
