"""Working days: weekends, public holidays of each territory, its own time zone, the change of hour."""

from csv import DictReader
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.calendar.time_zones import PARIS, find_time_zone
from app.domain.calendar.working_days import add_working_days, is_working_day, is_working_time
from app.domain.catalogue.loading import REFERENCE

with (REFERENCE / "territoires.csv").open(newline="") as listed:
    AREAS = [row["code_insee"] for row in DictReader(listed)]


def paris(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("sent", "days", "late"),
    [
        (paris(2026, 11, 23), 3, paris(2026, 11, 26)),
        (paris(2026, 11, 26), 3, paris(2026, 12, 1)),
        (paris(2026, 11, 28), 3, paris(2026, 12, 3, 0)),
        (paris(2026, 11, 10), 3, paris(2026, 11, 16)),
        (paris(2026, 12, 24), 3, paris(2026, 12, 30)),
        (paris(2026, 12, 25), 1, paris(2026, 12, 29, 0)),
        (paris(2027, 5, 4), 3, paris(2027, 5, 10)),
        (paris(2026, 11, 23), 15, paris(2026, 12, 14)),
        (paris(2027, 3, 26, 8), 1, paris(2027, 3, 30, 8)),
    ],
    ids=["week", "weekend", "on a Saturday", "11 November", "Christmas", "on Christmas", "Ascension", "15", "Easter"],
)
def test_working_days_of_the_mainland(sent: datetime, days: int, late: datetime) -> None:
    assert add_working_days(sent, days, "46") == late


@pytest.mark.parametrize(
    ("day", "off_in"),
    [
        (date(2027, 3, 26), {"57", "67", "68", "971"}),
        (date(2028, 12, 26), {"57", "67", "68"}),
        (date(2027, 5, 27), {"971"}),
        (date(2028, 5, 22), {"972"}),
        (date(2027, 6, 10), {"973"}),
        (date(2027, 12, 20), {"974"}),
        (date(2027, 4, 27), {"976"}),
        (date(2027, 7, 21), {"971", "972"}),
        (date(2027, 7, 14), set(AREAS)),
        (date(2027, 5, 17), set(AREAS)),
    ],
)
def test_each_territory_has_its_own_holidays(day: date, off_in: set[str]) -> None:
    assert {area for area in AREAS if not is_working_day(day, area)} == off_in


def test_every_overseas_territory_has_its_own_clock() -> None:
    assert {area for area in AREAS if find_time_zone(area) != PARIS} == {"971", "972", "973", "974", "976"}


def test_the_day_is_the_territory_s() -> None:
    """Sunday evening in Paris is already Monday in Mayotte, and still Sunday in Martinique."""
    evening = paris(2026, 11, 22, 23)

    assert add_working_days(evening, 1, "976") == evening + timedelta(days=1)
    assert add_working_days(evening, 1, "972") == datetime(2026, 11, 24, tzinfo=find_time_zone("972"))


def test_the_hour_stays_the_same_over_the_change_of_hour() -> None:
    late = add_working_days(paris(2026, 10, 23).astimezone(UTC), 1, "46")

    assert late == paris(2026, 10, 26) and late.tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "area", "working"),
    [
        (paris(2026, 11, 23, 9), "46", True),
        (paris(2026, 11, 23, 8, 59), "46", False),
        (paris(2026, 11, 23, 17), "46", False),
        (paris(2026, 11, 22), "46", False),
        (paris(2026, 11, 23, 10), "971", False),
        (paris(2026, 11, 23, 15), "971", True),
        (paris(2026, 11, 23, 10), "974", True),
        (paris(2026, 11, 23, 15), "974", False),
    ],
)
def test_working_time_is_the_territory_s(moment: datetime, area: str, working: bool) -> None:
    assert is_working_time(moment, area) is working


@settings(max_examples=200, deadline=None)
@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.timedeltas(timedelta(0), timedelta(days=10)),
    st.integers(1, 20),
    st.sampled_from(AREAS),
)
def test_it_falls_on_a_working_day_later_and_never_overtakes(
    moment: datetime, after: timedelta, days: int, area: str
) -> None:
    late = add_working_days(moment, days, area)

    assert late > moment and is_working_day(late.astimezone(find_time_zone(area)).date(), area)
    assert add_working_days(moment + after, days, area) >= late
    assert add_working_days(moment, days + 1, area) > late
