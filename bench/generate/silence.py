"""Adds the steps of the nightly jobs to a story until today: reminders, closing of silent cases, erasures."""

from collections.abc import Iterator
from functools import reduce

from app.domain.cases.lifecycle.closure import Outcome
from app.domain.cases.lifecycle.retention import (
    CLOSED_AFTER_REMINDER,
    HANDLED_REMINDER_AFTER,
    INACTIVE_REMINDER_AFTER,
    UNANSWERED_CLOSED_AFTER,
)
from bench.generate.moments import DAY, erasing_night, night_from
from bench.generate.progress import DRAFT, advance
from bench.generate.society import Society
from bench.generate.steps import UNHEARD, Step, StepKind, Story

_CLOSING = frozenset({StepKind.CLOSE, StepKind.WITHDRAW, StepKind.EXPIRE})
_REMINDED_AFTER = {
    Outcome.UNANSWERED: UNANSWERED_CLOSED_AFTER - CLOSED_AFTER_REMINDER,
    Outcome.HANDLED: HANDLED_REMINDER_AFTER,
    Outcome.INACTIVE: INACTIVE_REMINDER_AFTER,
}
_SHORTEST = min(_REMINDED_AFTER.values()).days * DAY
"""Of most stories, no silence is as long: how they would end is computed for the others only."""


def until(now: int, story: Story, society: Society) -> list[Step]:
    """The steps of the story up to now, with those of the jobs."""
    found = [step for step in _with_silences(story, society) if step.at <= now]
    closed = next((step for step in reversed(found) if step.kind in _CLOSING or step.kind == StepKind.REOPEN), None)
    if closed is not None and closed.kind != StepKind.REOPEN and (night := erasing_night(closed.at)) <= now:
        found.append(Step(night, StepKind.ERASE, 0))
    return found


def _with_silences(story: Story, society: Society) -> Iterator[Step]:
    spoke, reminded, heard = 0, False, list[Step]()
    for step in story.steps:
        if _is_open(heard) and not reminded and step.at - spoke >= _SHORTEST:
            night = _reminding(spoke, _outcome(heard, story, society))
            if night <= step.at:
                reminded = True
                yield Step(night, StepKind.REMIND, 0)
        if step.kind not in UNHEARD:
            spoke, reminded = step.at, False
            heard.append(step)
        yield step
    if _is_open(heard):
        outcome = _outcome(heard, story, society)
        night = _reminding(spoke, outcome)
        if not reminded:
            yield Step(night, StepKind.REMIND, 0)
        yield Step(night + CLOSED_AFTER_REMINDER.days * DAY, StepKind.EXPIRE, 0, outcome)


def _is_open(heard: list[Step]) -> bool:
    return bool(heard) and heard[-1].kind not in _CLOSING


def _reminding(spoke: int, outcome: Outcome) -> int:
    return night_from(spoke + _REMINDED_AFTER[outcome].days * DAY)


def _outcome(heard: list[Step], story: Story, society: Society) -> Outcome:
    """How the case ends if nothing more happens (app/domain/cases/lifecycle/expiry.py)."""
    progress = reduce(lambda before, step: advance(before, step, story, society.team_of), heard, DRAFT)
    if any(team.owes_first_answer for team in progress.teams.values()):
        return Outcome.UNANSWERED
    return Outcome.HANDLED if progress.handled_at else Outcome.INACTIVE
