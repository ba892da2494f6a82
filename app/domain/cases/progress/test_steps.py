"""Any steps in any order on a case of one to four teams, compared with what a person expects of each team."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.domain.cases.progress import steps
from app.domain.cases.progress.steps import CaseProgress
from app.tests.support.case_jobs import PICKS, CaseWithJobs
from app.tests.support.expected_case import AREA, ORDER, ExpectedTeam, merge_expected_teams


class LifeOfACase(CaseWithJobs, RuleBasedStateMachine):
    """Each rule is a verb: it applies the step to `case`, and says in words what changes of the expected case."""

    @initialize(count=st.sampled_from([2, 1, 3, 4]))
    def send(self, count: int) -> None:
        self.now = datetime(2026, 11, 23, 9, tzinfo=UTC)
        self.case = steps.send(range(count), self.now, AREA)
        self.teams = {team: ExpectedTeam() for team in range(count)}
        self.side, self.closed, self.suspended = "referent", False, False
        self.owe(self.teams)

    @precondition(lambda self: self.is_going_on())
    @rule(hours=st.sampled_from([1, 24, 73, 500]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(pick=PICKS)
    def open(self, pick: int) -> None:
        for team in self.choose(pick):
            self.teams[team].seen = True
            self.move("open", steps.open_by(self.case, [team], self.now), team)

    @precondition(lambda self: self.is_going_on())
    @rule(pick=PICKS)
    def answer(self, pick: int, *, handled: bool = False, irrelevant: bool = False) -> None:
        for team in self.choose(pick):
            known = self.teams[team]
            known.answered, known.handled = True, handled
            known.irrelevant = irrelevant or (known.irrelevant and not handled)
            known.rest()
            known.promise(self.now)
            self.side = "agent"
            after = steps.answer(self.case, team, self.now, AREA, handled=handled, irrelevant=irrelevant)
            self.move("answer", after, team)

    @precondition(lambda self: self.is_going_on())
    @rule(pick=PICKS)
    def say_handled(self, pick: int) -> None:
        self.answer(pick, handled=True)

    @precondition(lambda self: self.is_going_on())
    @rule(pick=PICKS)
    def dismiss(self, pick: int) -> None:
        self.answer(pick, irrelevant=True)

    @precondition(lambda self: self.is_going_on())
    @rule()
    def ask_all(self) -> None:
        self.ask(set())

    @precondition(lambda self: self.is_going_on())
    @rule(named=st.sets(PICKS, min_size=1, max_size=2))
    def ask(self, named: set[int]) -> None:
        reached = (named & self.teams.keys()) or self.list_asked()
        self.owe(reached)
        self.side = "referent" if reached else "agent"
        self.move("ask", steps.ask(self.case, named, self.now, AREA), *reached)

    @precondition(lambda self: self.is_going_on())
    @rule()
    def complete(self) -> None:
        reached = self.list_awaiting() if self.side == "agent" else []
        self.owe(reached)
        self.side = "referent" if reached else self.side
        self.move("ask", steps.complete(self.case, self.now, AREA), *reached)

    @precondition(lambda self: self.is_going_on() and self.list_present())
    @rule(new=PICKS, opinion=st.booleans())
    def invite(self, new: int, opinion: bool) -> None:
        if new in self.list_present():
            return
        self.teams.setdefault(new, ExpectedTeam())
        if opinion:
            self.teams[new].opinion = True
            self.teams[new].out = self.teams[new].irrelevant = self.teams[new].handled = False
        else:
            self.owe([new])
        self.move("join", steps.join(self.case, new, self.now, AREA, opinion=opinion), new)

    @precondition(lambda self: self.is_going_on())
    @rule(pick=PICKS, new=PICKS)
    def transfer(self, pick: int, new: int) -> None:
        for leaving in set(self.choose(pick)) - {new}:
            self.teams.setdefault(new, ExpectedTeam())
            self.owe([new])
            self.move("join", steps.join(self.case, new, self.now, AREA), new)
            self.step_out(leaving)

    @precondition(lambda self: not self.closed)
    @rule(pick=PICKS, last=st.sampled_from([False] * 9 + [True]))
    def leave(self, pick: int, last: bool) -> None:
        """last: also the only one that is left."""
        for team in self.choose(pick):
            if last or len(self.list_present()) > 1:
                self.step_out(team)

    def step_out(self, team: int) -> None:
        self.teams[team].out = True
        self.teams[team].rest()
        if not any(known.concerned for known in self.teams.values()):
            self.side = "agent"
        self.move("leave", steps.leave(self.case, team, self.now), team)

    @precondition(lambda self: not self.closed)
    @rule(reopened=st.booleans())
    def close(self, reopened: bool) -> None:
        self.closed, self.side, self.before = True, "", self.case.status
        self.rest()
        self.move("close", steps.close(self.case), *self.teams)
        if reopened and not self.suspended:
            self.reopen()

    @precondition(lambda self: self.closed and not self.suspended)
    @rule()
    def reopen(self) -> None:
        self.closed = False
        self.ask_again(steps.reopen(self.case, self.now, AREA))
        assert ORDER.index(self.case.status) >= ORDER.index(self.before), "it returns to what it was"

    @precondition(lambda self: self.is_going_on())
    @rule()
    def suspend(self) -> None:
        self.suspended, self.side = True, "agent"
        self.rest()
        self.move("suspend", steps.suspend(self.case), *self.teams)

    @precondition(lambda self: self.suspended and not self.closed)
    @rule()
    def resume(self) -> None:
        self.suspended = False
        self.ask_again(steps.resume(self.case, self.now, AREA))

    def ask_again(self, after: CaseProgress) -> None:
        reached = self.list_asked()
        self.owe(reached, again=True)
        self.side = "referent" if reached else "agent"
        self.move("ask", after, *reached)

    @precondition(lambda self: len(self.teams) > 1)
    @rule(pick=PICKS, new=PICKS)
    def merge(self, pick: int, new: int) -> None:
        for old in {sorted(self.teams)[pick % len(self.teams)]} - {new}:
            known = self.teams.pop(old)
            self.teams[new] = merge_expected_teams(known, self.teams[new]) if new in self.teams else known
            self.move("merge", steps.merge(self.case, old, new), old, new)

    @invariant()
    def each_team_stands_where_it_is_expected(self) -> None:
        assert self.case.teams.keys() == self.teams.keys()
        for team, expected in self.teams.items():
            known = self.case.teams[team]
            assert known.has_turn == bool(expected.due) == bool(known.waiting_since), "« à vous » is an answer owed"
            assert (known.late_from, known.late_notices_sent) == (expected.due, expected.noticed)
            assert bool(known.seen_at) == expected.seen
            assert bool(known.first_answer_at) == bool(known.last_answer_at) == expected.answered
            assert (known.is_present, known.is_concerned) == (not expected.out, expected.concerned)
            assert bool(known.handled_at) == expected.handled
            assert known.is_concerned or not known.has_turn

    @invariant()
    def the_case_follows_from_its_teams(self) -> None:
        known = self.teams.values()
        word = ORDER[2 if any(one.answered for one in known) else 1 if any(one.seen for one in known) else 0]
        assert self.case.status == ("closed" if self.closed else word)
        assert self.case.late_from == min((one.due for one in known if one.due), default=None)
        concerned = [one for one in known if one.concerned]
        assert bool(self.case.handled_at) == (bool(concerned) and all(one.handled for one in concerned))
        assert self.case.next_side == self.side
        assert concerned or self.closed or self.case.next_side == "agent"


LifeOfACase.TestCase.settings = settings(max_examples=300, stateful_step_count=50, deadline=None)
TestLifeOfACase = LifeOfACase.TestCase
