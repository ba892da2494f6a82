"""Draws the course of a case: opened, taken over, answered, closed, or left without an answer. All in working hours."""

from dataclasses import dataclass
from random import Random

from app.domain.cases.lifecycle.closure import OUTCOME_CHOICES
from bench.generate.moments import MINUTE, at_work
from bench.generate.society import Society
from bench.generate.steps import ANSWERS, Step, StepKind, Story

WITHDRAWN, UNOPENED, TAKEN, HANDLED, DISMISSED, CLOSED, REOPENED = 0.015, 0.05, 0.5, 0.35, 0.04, 0.9, 0.03
GIVEN_UP, NOT_YET_HEARD = 0.7, 0.8
INTERNAL_NOTE, INVITED, COMPLETED, MANAGED, CLOSING_READ = 0.06, 0.05, 0.05, 0.3, 0.3
LONGEST = 60
_PATIENCE = 25.0
_SILENCE, _LONGEST_SILENCE = 30.0, 120.0
_OUTCOMES = (60, 12, 18, 10)


@dataclass
class _Talk:
    """The steps so far, and the time of the last one."""

    draw: Random
    steps: list[Step]

    @property
    def at(self) -> int:
        return self.steps[-1].at

    def later(self, days: float) -> int:
        """A silence of some days: short ones are frequent, and none lasts until the reminder after « c'est traité »."""
        drawn = self.draw.random
        return at_work(drawn, self.at, min(_PATIENCE, self.draw.expovariate(1 / days)))

    def soon(self) -> int:
        return self.at + MINUTE + int(self.draw.random() * 10 * MINUTE)

    def add(self, at: int, deed: StepKind, person: int, said: str = "", whom: int = 0) -> None:
        self.steps.append(Step(at, deed, person, said, whom))

    def open_and(self, deed: StepKind, person: int, days: float, said: str = "") -> None:
        self.add(self.later(days), StepKind.OPEN, person)
        self.add(self.soon(), deed, person, said)


def talk(draw: Random, society: Society, told: Story) -> list[Step]:
    """The steps from the sending on, without regard to today or to the nightly jobs."""
    sent_at = told.saved_at + MINUTE + int(draw.random() * 5 * MINUTE)
    going = _Talk(draw, [Step(sent_at, StepKind.SUBMIT, told.author)])
    fate = draw.random()
    if fate < WITHDRAWN:
        going.add(going.soon(), StepKind.WITHDRAW, told.author)
    elif fate < WITHDRAWN + UNOPENED:
        _given_up(going, told.author)
    else:
        leads = [draw.choice(society.working[team]) for team in told.teams if team in society.working]
        office = society.working[told.team]
        _answered(going, leads, told.author, office)
        _beside(going, told, office, society)
        _ended(going, told.author, leads[0])
    return going.steps


def _given_up(going: _Talk, author: int) -> None:
    """Most agents close the case some weeks after an email tells them that no team answers (late_notices.py)."""
    draw = going.draw
    silence = min(_LONGEST_SILENCE, _SILENCE + draw.expovariate(1 / 20))
    if draw.random() < GIVEN_UP:
        going.add(at_work(draw.random, going.at, silence), StepKind.CLOSE, author, _outcome(draw))


def _answered(going: _Talk, leads: list[int], author: int, office: tuple[int, ...]) -> None:
    draw = going.draw.random
    going.add(going.later(1.2), StepKind.OPEN, leads[0])
    if draw() < TAKEN:
        going.add(going.soon(), StepKind.TAKE, leads[0])
    count = min(LONGEST, int(going.draw.lognormvariate(1.5, 0.6)))
    pace, referents = min(4.0, 80 / (count + 1)), True
    for number in range(count):
        if referents:
            _referent_writes(going, leads, pace, first=number == 0, last=number == count - 1)
        else:
            going.open_and(StepKind.POST, author if draw() < 0.85 else going.draw.choice(office), pace)
        referents = not referents if draw() < 0.75 else referents


def _referent_writes(going: _Talk, leads: list[int], pace: float, *, first: bool, last: bool) -> None:
    """Each team answers for itself, most often before another one does so again."""
    draw = going.draw.random
    heard = {step.person for step in going.steps if step.kind in ANSWERS}
    silent = [person for person in leads if person not in heard]
    person = silent[0] if silent and draw() < NOT_YET_HEARD else going.draw.choice(leads)
    if draw() < INTERNAL_NOTE:
        going.open_and(StepKind.APART, person, pace)
    if first and draw() < DISMISSED:
        going.open_and(StepKind.DISMISS, person, pace)
    else:
        going.open_and(StepKind.HANDLE if last and draw() < HANDLED else StepKind.POST, person, pace)


def _outcome(draw: Random) -> str:
    return draw.choices(OUTCOME_CHOICES, _OUTCOMES)[0]


def _beside(going: _Talk, told: Story, office: tuple[int, ...], society: Society) -> None:
    """Adds steps at any place in the thread."""
    draw = going.draw
    colleagues = [person for person in office if person != told.author]
    if colleagues and draw.random() < INVITED:
        _between(going, StepKind.INVITE, told.author, draw.choice(colleagues))
    if draw.random() < COMPLETED and not society.asked.keys().isdisjoint(told.organisations):
        _between(going, StepKind.COMPLETE, told.author)
    if draw.random() < MANAGED and (manager := society.runs.get(told.teams[0])):
        _between(going, StepKind.OPEN, manager)


def _between(going: _Talk, deed: StepKind, person: int, whom: int = 0) -> None:
    after = going.draw.randrange(len(going.steps))
    going.steps.insert(after + 1, Step(going.steps[after].at + 1, deed, person, invited_person=whom))


def _ended(going: _Talk, author: int, referent: int) -> None:
    draw = going.draw
    if draw.random() > CLOSED:
        return
    going.open_and(StepKind.CLOSE, author, 9.0, _outcome(draw))
    if draw.random() < REOPENED:
        going.open_and(StepKind.REOPEN, author, 5.0)
        going.add(going.soon(), StepKind.POST, author)
        going.open_and(StepKind.POST, referent, 4.0)
        going.open_and(StepKind.CLOSE, author, 9.0, _outcome(draw))
    elif draw.random() < CLOSING_READ:
        going.add(going.later(2.0), StepKind.OPEN, referent)
