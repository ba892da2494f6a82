"""Departments, phone numbers and postal codes as people write them."""

import csv

import pytest

from app.domain.catalogue.loading import REFERENCE
from app.domain.errors import Invalid
from app.domain.imports.cell_formats import Areas, find_department, normalize_phone, parse_departments

with (REFERENCE / "territoires.csv").open(encoding="utf-8") as file:
    AREAS = Areas({row["code_insee"]: row["nom"] for row in csv.DictReader(file)})


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
        ("Lot", "", "", "46"),
        ("tarn et garonne", "", "", "82"),
        ("46 - Lot", "", "", "46"),
        ("Lot (46)", "", "", "46"),
        ("LA REUNION", "", "", "974"),
    ],
)
def test_departments_are_read_as_people_write_them(typed: str, commune_code: str, postal: str, area: str) -> None:
    assert parse_departments(typed, commune_code, postal, AREAS) == [area]


def test_several_departments_are_told_apart_and_each_counts_once() -> None:
    for typed in ("46, 12, 1", "46;Aveyron;01", "46/12/1/46", "46 | 12 | 01"):
        assert parse_departments(typed, "", "", AREAS) == ["46", "12", "01"]
    assert parse_departments("12, 46", "46042", "", AREAS) == ["12", "46"]


@pytest.mark.parametrize(
    ("typed", "commune_code", "postal", "reason"),
    [
        ("999", "", "", "le département « 999 » n’existe pas"),
        ("20", "", "20000", "le département « 20 » n’existe pas"),
        ("46, Gévaudan", "", "", "le département « 46, Gévaudan » n’existe pas"),
        ("46000", "", "", "le département « 46000 » n’existe pas"),
        ("", "", "", "il n’y a pas de département"),
        ("46", "01033", "", "le département 46 n’est pas celui de la commune 01033"),
    ],
)
def test_what_is_no_department_says_why(typed: str, commune_code: str, postal: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        parse_departments(typed, commune_code, postal, AREAS)


def test_telephones_are_written_in_one_way() -> None:
    written = {normalize_phone(typed) for typed in ("03.23.61.12.17", "0323611217", "03 23 61 12 17", "323611217")}
    assert written == {"03 23 61 12 17"}
    assert normalize_phone("3400 (gratuit)") == "3400 (gratuit)"


def test_the_postal_codes_of_corsica_do_not_say_which_department() -> None:
    found = [find_department(code) for code in ("20000", "2A004", "97611", "1200", "", "N/A")]
    assert found == ["", "2A", "976", "01", "", ""]
