"""What a person expects of a case and its teams, in words: the model that test_steps.py compares the steps with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.domain.calendar.working_days import add_working_days
from app.domain.cases.progress.steps import CaseProgress

AREA = "46"
ORDER = ["new", "seen", "answered"]
ENDS_TURNS = {"answer", "leave", "close", "suspend"}


@dataclass
class ExpectedTeam:
    """What is known of one team. due: until when it owes an answer. noticed: how many notices about this date.

    promised: when it is reminded to say where the case is. reminded: when it was last.
    """

    seen: bool = False
    answered: bool = False
    handled: bool = False
    irrelevant: bool = False
    opinion: bool = False
    out: bool = False
    due: datetime | None = None
    noticed: int = 0
    promised: datetime | None = None
    reminded: datetime | None = None

    @property
    def concerned(self) -> bool:
        return not (self.out or self.irrelevant or self.opinion)

    def owe(self, now: datetime, *, again: bool = False) -> None:
        """again: reopened or resumed. « C'est traité » stays then."""
        self.out = self.irrelevant = self.opinion = False
        self.handled = self.handled and again
        if self.due is None or (self.answered and self.due > now):
            self.noticed = 0
            self.due = add_working_days(now, 15 if self.answered else 3, AREA)

    def rest(self) -> None:
        self.due, self.noticed, self.promised = None, 0, None

    def promise(self, now: datetime) -> None:
        self.promised = add_working_days(now, 10, AREA) if self.concerned and not self.handled else None

    def is_to_be_reminded(self, now: datetime) -> bool:
        """Each ten working days, however long the job did not run."""
        enough = self.reminded is None or add_working_days(self.reminded, 10, AREA) <= now
        return self.promised is not None and self.promised <= now and enough


def merge_expected_teams(one: ExpectedTeam, other: ExpectedTeam) -> ExpectedTeam:
    """What one of them owes, both owe. « C'est traité » is said by both, or not said."""
    both = [one, other]
    heard = [team for team in both if team.concerned] or [team for team in both if not team.out] or both
    first = min(
        (team for team in both if team.due), key=lambda team: (str(team.due), -team.noticed), default=ExpectedTeam()
    )
    return ExpectedTeam(
        seen=one.seen or other.seen,
        answered=one.answered or other.answered,
        handled=all(team.handled for team in heard),
        irrelevant=any(team.irrelevant for team in heard),
        opinion=all(team.opinion for team in heard),
        out=one.out and other.out,
        due=first.due,
        noticed=first.noticed,
        promised=min((team.promised for team in heard if team.promised), default=None),
        reminded=max((team.reminded for team in both if team.reminded), default=None),
    )


class ExpectedCase:
    """case: as the steps leave it. side: whose turn it is. teams: those that received it, where they stand now."""

    case: CaseProgress
    teams: dict[int, ExpectedTeam]
    now: datetime
    side: str
    closed: bool
    suspended: bool

    def is_going_on(self) -> bool:
        return not (self.closed or self.suspended)

    def list_present(self) -> list[int]:
        return sorted(team for team, known in self.teams.items() if not known.out)

    def choose(self, pick: int) -> list[int]:
        """One team that reads the case, or none if all are out."""
        present = self.list_present()
        return [present[pick % len(present)]] if present else []

    def list_asked(self) -> list[int]:
        """A message to all, or a reopening, is for the teams concerned. The only team that is there is named by it."""
        concerned = [team for team, known in self.teams.items() if known.concerned]
        present = self.list_present()
        return concerned or (present if len(present) == 1 else [])

    def list_awaiting(self) -> list[int]:
        """The teams whose last word is a message that the agents' side has not replied to."""
        silent = [team for team, known in self.teams.items() if known.concerned and known.due is None]
        return [team for team in silent if self.teams[team].answered and not self.teams[team].handled]

    def owe(self, teams: Iterable[int], *, again: bool = False) -> None:
        for team in teams:
            self.teams[team].owe(self.now, again=again)

    def rest(self) -> None:
        for known in self.teams.values():
            known.rest()

    def move(self, name: str, after: CaseProgress, *reached: int) -> None:
        """A step changes the teams that it reaches, and no other. Few steps end a turn, none sets an open case back."""
        before, self.case = self.case, after
        for team, known in before.teams.items():
            assert team in reached or after.teams[team] == known
            assert name in ENDS_TURNS or team not in after.teams or after.teams[team].has_turn or not known.has_turn
        if not (before.closed or after.closed):
            assert ORDER.index(after.status) >= ORDER.index(before.status)
