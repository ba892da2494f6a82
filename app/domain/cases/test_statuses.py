"""The life of a case, from the table alone: legal histories never leave it, and closing never forgets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cases.statuses import OPEN, IllegalStep, Status, Step, transition

RANK = {Status.DRAFT: 0, Status.NEW: 1, Status.SEEN: 2, Status.ANSWERED: 3}


@pytest.mark.parametrize(
    ("status", "step", "following"),
    [
        (Status.DRAFT, Step.SENT, Status.NEW),
        (Status.NEW, Step.OPENED, Status.SEEN),
        (Status.SEEN, Step.ANSWERED, Status.ANSWERED),
        (Status.NEW, Step.ANSWERED, Status.ANSWERED),
        (Status.ANSWERED, Step.OPENED, Status.ANSWERED),
        (Status.ANSWERED, Step.CLOSED, Status.CLOSED),
    ],
)
def test_the_table_says_what_follows(status: Status, step: Step, following: Status) -> None:
    assert transition(status, step) == following


@pytest.mark.parametrize("status", OPEN)
def test_reopening_returns_to_what_it_was(status: Status) -> None:
    assert transition(Status.CLOSED, Step.REOPENED, before_closing=status) == status


@pytest.mark.parametrize("step", [Step.OPENED, Step.ANSWERED, Step.CLOSED, Step.REOPENED])
def test_a_draft_can_only_be_sent(step: Step) -> None:
    with pytest.raises(IllegalStep):
        transition(Status.DRAFT, step, before_closing=Status.NEW)


@given(st.lists(st.sampled_from(list(Step)), max_size=40))
def test_whatever_is_tried_an_open_case_never_goes_back(steps: list[Step]) -> None:
    status, before = Status.DRAFT, None
    for step in steps:
        try:
            following = transition(status, step, before)
        except IllegalStep:
            continue
        if following == Status.CLOSED and status != Status.CLOSED:
            before = status
        elif status == Status.CLOSED and following != Status.CLOSED:
            assert following == before
        elif status != Status.CLOSED:
            assert RANK[following] >= RANK[status]
        status = following
