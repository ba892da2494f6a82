"""All 531 France Services offices: each row a team in its department, or a reason."""

import csv
from pathlib import Path

import pytest

from app.domain.catalogue.loading import REFERENCE, load_reference
from app.domain.teams.offices import clean, department, load_offices
from app.gateways.postman import Postman
from db.tables import Area, Category, Letter, Organisation, Subject, Team, TeamArea

LIST = REFERENCE / "france_services_2020-03-02.csv"


def rows() -> list[dict[str, str]]:
    with LIST.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


async def test_all_of_them_are_taken_in_their_department_and_again_changes_nothing(database: str) -> None:
    report = await load_offices(LIST)
    assert (report.created, report.refused) == (531, [])

    placed = await TeamArea.select(TeamArea.team.registry_number, TeamArea.area)
    areas = {row["team.registry_number"]: row["area"] for row in placed}
    for row in rows():
        commune = row["CODE INSEE"].strip() or row["CODE POSTAL"].strip()
        area = areas[row["MATRICULE"].strip()]
        if len(commune) == 5:
            assert commune.startswith(area) or row["CODE POSTAL"].startswith(area), row["FRANCE SERVICES"]

    again = await load_offices(LIST)
    assert (again.created, again.corrected, again.unchanged, again.refused) == (0, 0, 531, [])


async def test_a_row_that_cannot_be_taken_is_named_and_the_others_are_taken(database: str, tmp_path: Path) -> None:
    lines = LIST.read_text(encoding="utf-8").splitlines()
    broken = lines[1].replace("1;1;", "9001;999;", 1)
    nameless = ";" * lines[0].count(";")
    (tmp_path / "list.csv").write_text("\n".join([lines[0], broken, lines[2], nameless, lines[2]]), encoding="utf-8")

    report = await load_offices(tmp_path / "list.csv")

    assert report.created == 1
    assert [line for line, _ in report.refused] == [2, 4, 5]
    assert "« 999 »" in report.refused[0][1] and "figure déjà" in report.refused[2][1]


async def test_no_letter_is_ever_written_to_an_address_of_the_list(database: str, postman: Postman) -> None:
    await load_offices(LIST)

    assert await Letter.count() == 0 and await postman.deliver_due() == 0


@pytest.mark.parametrize(
    ("typed", "commune", "postal", "code"),
    [
        ("1", "01033", "01200", "01"),
        ("2A", "2A004", "20000", "2A"),
        ("20", "2B033", "20200", "2B"),
        ("972", "", "", "972"),
    ],
)
def test_departments_are_read_as_people_write_them(typed: str, commune: str, postal: str, code: str) -> None:
    assert department(typed, commune, postal) == code


def test_a_dash_means_nothing_and_blanks_become_one() -> None:
    assert (clean(" - "), clean("04\u00a065  12"), clean(None)) == ("", "04 65 12", "")


async def test_the_reference_is_loaded_whole_and_again_changes_nothing(database: str) -> None:
    async def everything() -> list[object]:
        return [await table.select() for table in (Area, Organisation, Category, Subject)]

    before = await everything()
    await load_reference()

    assert await everything() == before
    assert [await table.count() for table in (Area, Organisation, Category)] == [101, 31, 10]
    named = await Team.select(Team.name).where(Team.registry_number.is_not_null())
    assert named == []
