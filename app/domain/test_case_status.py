"""The status of a case, from what has happened to it: the table of case_status.py."""

import pytest

from app.domain.case_status import Status, compute_status


@pytest.mark.parametrize(
    ("sent", "seen", "answered", "status"),
    [
        (False, False, False, Status.DRAFT),
        (True, False, False, Status.NEW),
        (True, True, False, Status.SEEN),
        (True, True, True, Status.ANSWERED),
        (True, False, True, Status.ANSWERED),
    ],
)
def test_an_open_case_has_the_status_of_what_a_referent_did(
    sent: bool, seen: bool, answered: bool, status: Status
) -> None:
    assert compute_status(sent=sent, closed=False, seen=seen, answered=answered) == status


@pytest.mark.parametrize("seen", [False, True])
@pytest.mark.parametrize("answered", [False, True])
def test_a_closed_case_is_closed_with_any_of_these(seen: bool, answered: bool) -> None:
    assert compute_status(sent=True, closed=True, seen=seen, answered=answered) == Status.CLOSED
