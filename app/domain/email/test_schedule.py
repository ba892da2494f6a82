"""Choice × area × moment → when the email leaves; days of 23 and 25 hours included."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar.time_zones import PARIS, find_time_zone
from app.domain.email.schedule import EmailFrequency, find_next_slot

TWICE, DAILY = EmailFrequency.TWICE, EmailFrequency.DAILY


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("choice", "area", "moment", "slot"),
    [
        (TWICE, "46", "2026-11-24 08:00", "2026-11-24 10:00"),
        (TWICE, "46", "2026-11-24 09:59:59", "2026-11-24 10:00"),
        (TWICE, "46", "2026-11-24 10:00", "2026-11-24 14:00"),
        (TWICE, "46", "2026-11-24 14:00", "2026-11-25 10:00"),
        (DAILY, "46", "2026-11-24 10:00", "2026-11-25 10:00"),
        (DAILY, "46", "2026-12-31 23:30", "2027-01-01 10:00"),
        (DAILY, "974", "2026-11-24 08:00", "2026-11-25 07:00"),
        (DAILY, "974", "2026-11-24 06:59", "2026-11-24 07:00"),
        (DAILY, "971", "2026-11-24 10:00", "2026-11-24 15:00"),
        (TWICE, "973", "2026-11-24 15:00", "2026-11-24 18:00"),
        (DAILY, "975", "2026-11-24 10:00", "2026-11-24 14:00"),
        (DAILY, "987", "2026-11-24 20:00", "2026-11-24 21:00"),
        (DAILY, "988", "2026-11-24 20:00", "2026-11-25 00:00"),
        # Paris goes to summer time on 29 March 2026 at 01:00 UTC, Miquelon on 8 March at 05:00 UTC.
        (DAILY, "46", "2026-03-28 12:00", "2026-03-29 09:00"),
        (DAILY, "46", "2026-03-29 00:59", "2026-03-29 09:00"),
        (DAILY, "975", "2026-03-07 20:00", "2026-03-08 13:00"),
        # And back on 25 October 2026 at 01:00 UTC, the hour from two to three coming twice.
        (DAILY, "46", "2026-10-24 12:00", "2026-10-25 10:00"),
        (TWICE, "46", "2026-10-25 00:30", "2026-10-25 10:00"),
        (TWICE, "46", "2026-10-25 01:30", "2026-10-25 10:00"),
    ],
)
def test_a_letter_leaves_in_the_next_slot_of_its_territory(
    choice: EmailFrequency, area: str, moment: str, slot: str
) -> None:
    assert find_next_slot(choice, find_time_zone(area), utc(moment)) == utc(slot)


@pytest.mark.parametrize("choice", [EmailFrequency.AT_ONCE, EmailFrequency.NONE])
def test_the_other_choices_have_no_slot(choice: EmailFrequency) -> None:
    assert find_next_slot(choice, PARIS, utc("2026-11-24 08:00")) is None


@given(
    st.integers(0, 6 * 365 * 24 * 60).map(lambda minutes: utc("2024-01-01 00:00") + timedelta(minutes=minutes)),
    st.sampled_from(["46", "974", "975", "986", "987", "988", "971"]),
    st.sampled_from([TWICE, DAILY]),
)
def test_the_wait_is_never_longer_than_a_day_and_always_ends_on_the_hour(
    moment: datetime, area: str, choice: EmailFrequency
) -> None:
    slot = find_next_slot(choice, find_time_zone(area), moment)

    assert slot is not None and timedelta(0) < slot - moment <= timedelta(hours=25)
    assert slot.astimezone(find_time_zone(area)).strftime("%H:%M") in (
        {"11:00", "15:00"} if choice == TWICE else {"11:00"}
    )
