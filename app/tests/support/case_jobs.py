"""What happens to a case beside its thread: a team takes charge, and the platform's jobs tell of it."""

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from app.domain.cases.progress import steps
from app.domain.cases.progress.promise import is_reminder_due
from app.tests.support.expected_case import AREA, ExpectedCase

PICKS = st.integers(0, 3)


class CaseWithJobs(ExpectedCase):
    """Rules of a state machine that has the steps of the thread."""

    @precondition(lambda self: self.is_going_on())
    @rule(pick=PICKS)
    def take(self, pick: int) -> None:
        for team in self.choose(pick):
            self.teams[team].promise(self.now)
            self.move("take", steps.take(self.case, team, self.now, AREA), team)

    @precondition(lambda self: self.is_going_on())
    @rule(pick=PICKS)
    def give_back(self, pick: int) -> None:
        for team in self.choose(pick):
            if not self.teams[team].answered:
                self.teams[team].promised = None
            self.move("give back", steps.give_back(self.case, team), team)

    @rule()
    def notice(self) -> None:
        """Late notices are sent (late_notices.py): an unchanged clock does not forget them."""
        for team, known in self.teams.items():
            known.noticed += known.due is not None and known.due <= self.now
            noticed = replace(self.case.teams[team], late_notices_sent=known.noticed)
            self.case = replace(self.case, teams={**self.case.teams, team: noticed})

    @rule()
    def remind(self) -> None:
        for team, known in self.teams.items():
            due = is_reminder_due(self.case.teams[team], self.now, AREA)
            assert due == known.is_to_be_reminded(self.now)
            if due:
                known.reminded = self.now
                reminded = replace(self.case.teams[team], promise_reminded_at=self.now)
                self.case = replace(self.case, teams={**self.case.teams, team: reminded})

    @invariant()
    def a_team_is_reminded_of_what_it_left_open(self) -> None:
        for team, expected in self.teams.items():
            known = self.case.teams[team]
            assert (known.promise_due, known.promise_reminded_at) == (expected.promised, expected.reminded)
            assert known.promise_due is None or (known.is_concerned and self.is_going_on())
