"""What is read of a dirty list: departments, blanks, telephones; and the reason for each row refused."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from app.domain.catalogue.loading import REFERENCE
from app.domain.errors import Invalid
from app.domain.teams.office_list import HEADINGS, clean, department, department_of, phone, read_office, read_offices

LIST = REFERENCE / "france_services_2020-03-02.csv"
AREAS = {line.split(",")[0] for line in (REFERENCE / "territoires.csv").read_text().splitlines()[1:]}


def cells(**typed: str) -> dict[str, str]:
    """A good row of Valserhône, but for what is typed: commune_code is CODE INSEE's."""
    names = {"number": "MATRICULE", "area": "DEPARTEMENT", "name": "FRANCE SERVICES", "commune_code": "CODE INSEE"}
    names |= {"postal": "CODE POSTAL", "mail": "CONTACT MAIL"}
    good = {"number": "1", "area": "1", "name": "Valserhône", "commune_code": "01033", "postal": "01200"} | typed
    return dict.fromkeys(HEADINGS, "") | {names[name]: value for name, value in good.items()}


def written(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADINGS, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_every_row_of_the_list_is_taken_in_the_department_of_its_commune() -> None:
    raw = list(csv.reader(LIST.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))[1:]

    found = read_offices(LIST, AREAS)

    assert (len(raw), len(found.offices), found.refused) == (531, 531, [])
    assert {office.registry_number: office.area for office in found.offices} == {
        row[0]: row[5][:3] if row[5].startswith("97") else row[5][:2] for row in raw
    }
    assert Counter(office.area for office in found.offices).most_common(1) == [("58", 16)]


def test_what_somebody_should_look_at_is_said_with_its_line() -> None:
    assert read_offices(LIST, AREAS).remarks == [
        (78, "« j.guichet@chateauneuf16120,fr » n’est pas une adresse mail"),
        (152, "« msap.tdlsud@terres-du-lauragais;fr » n’est pas une adresse mail"),
        (203, "le code postal 04800 n’est pas du département 40"),
        (419, "« www.pimms.org » n’est pas une adresse mail"),
    ]


@pytest.mark.parametrize(
    ("typed", "commune_code", "postal", "area"),
    [
        ("1", "01033", "01200", "01"),
        ("1", "1033", "1200", "01"),
        ("2", "02361", "02120", "02"),
        ("2a", "2A004", "20000", "2A"),
        ("20", "2B033", "20200", "2B"),
        ("97", "97209", "", "972"),
        ("97", "", "97400", "974"),
        ("972", "", "", "972"),
        ("", "46042", "", "46"),
        ("", "", "46000", "46"),
        ("40", "40001", "04800", "40"),
    ],
)
def test_departments_are_read_as_people_write_them(typed: str, commune_code: str, postal: str, area: str) -> None:
    assert department(cells(area=typed, commune_code=commune_code, postal=postal), AREAS) == area


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (cells(area="999", commune_code=""), "le département « 999 » n’existe pas"),
        (cells(area="20", commune_code="", postal="20000"), "le département « 20 » n’existe pas"),
        (cells(area="46"), "le département 46 n’est pas celui de la commune 01033"),
        (cells(number=""), "il n’y a pas de matricule"),
        (cells(name=""), "il n’y a pas de nom"),
        (cells(name="x" * 201), "dépasse 200 caractères"),
        (cells(number="9" * 21), "dépasse 20 caractères"),
        (cells(postal="460000"), "dépasse 5 caractères"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(row: dict[str, str], reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        read_office(row, 2, AREAS)


def test_a_number_seen_twice_is_taken_once(tmp_path: Path) -> None:
    found = read_offices(written(tmp_path / "list.csv", cells(), cells(name="Autre"), cells(number="2")), AREAS)

    assert [office.line for office in found.offices] == [2, 4]
    assert found.refused == [(3, "le matricule 1 figure déjà plus haut")]


def test_a_row_over_several_lines_has_the_number_of_its_first(tmp_path: Path) -> None:
    row = cells(area="999") | {"ADRESSE": "5 rue\nHaute\n"}

    assert [line for line, _ in read_offices(written(tmp_path / "list.csv", row, row), AREAS).refused] == [2, 5]


def test_a_row_cut_short_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(f"{';'.join(HEADINGS)}\n1;1;Valserhône\n\n2;46;Lalbenque\n", encoding="utf-8")

    found = read_offices(tmp_path / "list.csv", AREAS)

    assert [(office.line, office.area, office.street) for office in found.offices] == [(2, "01", ""), (4, "46", "")]


def test_another_file_is_refused_by_naming_the_columns_it_lacks() -> None:
    with pytest.raises(Invalid, match="Il manque des colonnes : MATRICULE, DEPARTEMENT"):
        read_offices(REFERENCE / "organismes.csv", AREAS)


def test_a_dash_means_nothing_and_blanks_become_one() -> None:
    assert (clean(" - "), clean("04\u00a065  12"), clean("a\n b\u202f")) == ("", "04 65 12", "a b")


def test_telephones_are_written_in_one_way() -> None:
    assert {phone(typed) for typed in ("03.23.61.12.17", "0323611217", "03 23 61 12 17")} == {"03 23 61 12 17"}
    assert phone("3400 (gratuit)") == "3400 (gratuit)"


def test_a_name_that_says_france_services_does_not_say_it_twice() -> None:
    names = [read_office(cells(name=name), 2, AREAS).name for name in ("Die", "Espace France Services de Sancoins")]
    assert names == ["France Services Die", "Espace France Services de Sancoins"]


def test_the_postal_codes_of_corsica_do_not_say_which_department() -> None:
    assert [department_of(code) for code in ("20000", "2A004", "97611", "1200", "", "N/A")] == [
        "",
        "2A",
        "976",
        "01",
        "",
        "",
    ]
