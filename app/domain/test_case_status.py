"""The life of a case, from the transition table: allowed histories never leave it, and closing loses nothing."""

import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.domain.case_status import OPEN_STATUSES, IllegalStep, Status, Step, compute_next_status


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
    assert compute_next_status(status, step) == following


@pytest.mark.parametrize("status", OPEN_STATUSES)
def test_reopening_returns_to_what_it_was(status: Status) -> None:
    assert compute_next_status(Status.CLOSED, Step.REOPENED, status_before_closing=status) == status


@pytest.mark.parametrize("step", [Step.OPENED, Step.ANSWERED, Step.CLOSED, Step.REOPENED])
def test_a_draft_can_only_be_sent(step: Step) -> None:
    with pytest.raises(IllegalStep):
        compute_next_status(Status.DRAFT, step, status_before_closing=Status.NEW)


class LifeOfACase(RuleBasedStateMachine):
    """Any steps in any order, compared with what a person expects of the case."""

    def __init__(self) -> None:
        super().__init__()
        self.status = Status.DRAFT
        self.before: Status | None = None
        self.opened = self.answered = self.closed = False

    def attempt(self, step: Step, *, legal: bool) -> bool:
        if legal:
            self.status = compute_next_status(self.status, step, self.before)
        else:
            with pytest.raises(IllegalStep):
                compute_next_status(self.status, step, self.before)
        return legal

    @rule()
    def send(self) -> None:
        self.attempt(Step.SENT, legal=self.status == Status.DRAFT)

    @rule()
    def open(self) -> None:
        if self.attempt(Step.OPENED, legal=self.status != Status.DRAFT) and not self.closed:
            self.opened = True

    @rule()
    def answer(self) -> None:
        if self.attempt(Step.ANSWERED, legal=self.status in OPEN_STATUSES):
            self.answered = True

    @rule()
    def close(self) -> None:
        before = self.status
        if self.attempt(Step.CLOSED, legal=self.status in OPEN_STATUSES):
            self.before, self.closed = before, True

    @rule()
    def reopen(self) -> None:
        if self.attempt(Step.REOPENED, legal=self.closed):
            self.closed = False

    @invariant()
    def the_status_is_what_happened(self) -> None:
        if self.closed:
            assert self.status == Status.CLOSED
        elif self.status != Status.DRAFT:
            expected = Status.ANSWERED if self.answered else Status.SEEN if self.opened else Status.NEW
            assert self.status == expected


TestLifeOfACase = LifeOfACase.TestCase
