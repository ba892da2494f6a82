"""Statistics added up over areas equal those of the same cases counted together."""

from datetime import timedelta
from random import Random
from statistics import median_low

import pytest

from app.domain.case_status import Status
from app.domain.cases.statistics.totals import (
    WHOLE_AREA,
    CaseStatistics,
    decode_area_total,
    decode_statistics,
    encode_statistics,
    round_down_hours,
    sum_by_organisation,
)

CAF, MSA = 5, 7


def figures(*waits: timedelta, new: int = 0, late: int = 0) -> CaseStatistics:
    found = CaseStatistics(late=late)
    found.open[Status.NEW] = new
    found.answer_delays.update(round_down_hours(wait) for wait in waits)
    return found


def test_what_is_kept_is_what_was_counted() -> None:
    lot = {
        WHOLE_AREA: figures(timedelta(hours=3), timedelta(days=4), new=2, late=1),
        CAF: CaseStatistics(closed=3, unanswered=2, duplicates=1),
    }

    assert decode_statistics(encode_statistics(lot)) == lot
    assert decode_area_total(encode_statistics(lot)).late == 1 and decode_area_total(encode_statistics({})).is_empty


def test_an_organisation_of_two_territories_is_their_sum_and_its_median_that_of_all_its_waits() -> None:
    lot = encode_statistics({WHOLE_AREA: figures(new=9), CAF: figures(timedelta(hours=1), new=2, late=1)})
    cher = encode_statistics({CAF: figures(timedelta(hours=5), timedelta(days=3), new=3), MSA: figures(new=1)})

    found = sum_by_organisation((lot, cher))

    assert set(found) == {CAF, MSA}
    assert (found[CAF].open[Status.NEW], found[CAF].late) == (5, 1)
    assert found[CAF].median_first_answer == timedelta(hours=5)
    assert (found[MSA].open[Status.NEW], found[MSA].median_first_answer) == (1, None)
    assert sum_by_organisation((lot,))[CAF].median_first_answer == timedelta(hours=1), (
        "a sum changed what was read once"
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_median_is_shown_as_that_of_the_waits_themselves(seed: int) -> None:
    draw = Random(seed)  # noqa: S311
    areas = [[timedelta(seconds=draw.expovariate(1 / 200_000)) for _ in range(draw.randrange(1, 30))] for _ in range(6)]

    found = sum_by_organisation(tuple(encode_statistics({CAF: figures(*waits)}) for waits in areas))

    every = [wait for waits in areas for wait in waits]
    assert found[CAF].median_first_answer == timedelta(hours=round_down_hours(median_low(every)))
