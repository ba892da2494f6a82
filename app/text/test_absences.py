"""Days of an absence, as people type and read them."""

from datetime import date

import pytest

from app.domain.absences.absence import Absence
from app.text.absences import choose_date_field, format_absence, format_days, parse_day_after, parse_near_day

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("01/12/2026", date(2026, 12, 1)),
        ("1/12", date(2026, 12, 1)),
        ("25/11", date(2026, 11, 25)),
        ("4 janvier", date(2027, 1, 4)),
        ("1er mars", date(2027, 3, 1)),
        ("12.08", date(2026, 8, 12)),
        ("31/02", None),
        ("12", None),
        ("demain", None),
        ("", None),
    ],
)
def test_a_first_day_without_a_year_is_the_nearest(typed: str, first: date | None) -> None:
    assert parse_near_day(typed, TODAY) == first


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("12/08", date(2027, 8, 3), date(2027, 8, 12)),
        ("03/01", date(2026, 12, 20), date(2027, 1, 3)),
        ("20/12", date(2026, 12, 20), date(2026, 12, 20)),
        ("19/12/2026", date(2026, 12, 20), date(2026, 12, 19)),
        ("29/02", date(2026, 12, 20), None),
    ],
)
def test_a_last_day_without_a_year_follows_the_first(typed: str, first: date, last: date | None) -> None:
    assert parse_day_after(typed, first) == last


def absence(first: date, last: date, replacement: str = "") -> Absence:
    return Absence(1, first, last, 2 if replacement else None, replacement, "")


def test_an_absence_in_words() -> None:
    august = absence(date(2027, 8, 1), date(2027, 8, 12), "Julien Delmas")

    assert format_absence(august) == "absence jusqu’au 12 août ; remplacement : Julien Delmas"
    assert format_absence(absence(TODAY, TODAY)) == "absence jusqu’au 27 novembre"
    assert format_days(august) == "du 1er au 12 août 2027"
    assert format_days(absence(date(2026, 12, 20), date(2027, 1, 3))) == "du 20 décembre 2026 au 3 janvier 2027"
    assert format_days(absence(TODAY, TODAY)) == "le 27 novembre 2026"


def test_a_date_field_shows_only_what_it_can_read() -> None:
    assert [choose_date_field(typed) for typed in ("", "2027-08-12", "12/08", "demain")] == [
        *("date", "date", "text", "text")
    ]
