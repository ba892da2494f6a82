"""Adds the steps of the nightly jobs to a story until today: reminders, closing of silent cases, erasures."""

from collections.abc import Iterator

from app.domain.cases.lifecycle.closure import Outcome
from app.domain.cases.lifecycle.retention import CLOSED_AFTER_REMINDER, HANDLED_REMINDER_AFTER, INACTIVE_REMINDER_AFTER
from bench.generate.moments import DAY, erasing_night, night_from
from bench.generate.steps import UNHEARD, Step, StepKind

_CLOSING = frozenset({StepKind.CLOSE, StepKind.WITHDRAW, StepKind.EXPIRE})
_ANSWERED = frozenset({StepKind.POST, StepKind.DISMISS})
"""They revoke « c'est traité »."""


def until(now: int, steps: list[Step]) -> list[Step]:
    """The steps up to now, with those of the jobs."""
    found = [step for step in _with_silences(steps) if step.at <= now]
    closed = next((step for step in reversed(found) if step.kind in _CLOSING or step.kind == StepKind.REOPEN), None)
    if closed is not None and closed.kind != StepKind.REOPEN and (night := erasing_night(closed.at)) <= now:
        found.append(Step(night, StepKind.ERASE, 0))
    return found


def _with_silences(steps: list[Step]) -> Iterator[Step]:
    spoke, handled, is_open, reminded = 0, False, False, False
    for step in steps:
        if is_open and not reminded and (night := _reminding(spoke, handled=handled)) <= step.at:
            reminded = True
            yield Step(night, StepKind.REMIND, 0)
        if step.kind not in UNHEARD:
            spoke, reminded, is_open = step.at, False, step.kind not in _CLOSING
            handled = step.kind == StepKind.HANDLE or (handled and step.kind not in _ANSWERED)
        yield step
    if is_open:
        night = _reminding(spoke, handled=handled)
        if not reminded:
            yield Step(night, StepKind.REMIND, 0)
        outcome = Outcome.HANDLED if handled else Outcome.INACTIVE
        yield Step(night + CLOSED_AFTER_REMINDER.days * DAY, StepKind.EXPIRE, 0, outcome)


def _reminding(spoke: int, *, handled: bool) -> int:
    return night_from(spoke + (HANDLED_REMINDER_AFTER if handled else INACTIVE_REMINDER_AFTER).days * DAY)
