"""Where the teams of a story stand after each step: the pure steps that the verbs apply (app/domain/cases/progress)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from app.domain.cases.progress import steps
from app.domain.cases.progress.steps import CaseProgress
from bench.generate.moments import moment
from bench.generate.steps import Step, StepKind, Story

DRAFT = CaseProgress({}, sent=False)


def advance(before: CaseProgress, step: Step, story: Story, team_of: Mapping[int, int]) -> CaseProgress:
    """team_of: person -> their team."""
    now, team = moment(step.at), team_of.get(step.person, 0)
    match step.kind:
        case StepKind.SUBMIT:
            return steps.send(story.teams, now, story.area)
        case StepKind.OPEN if team in before.teams and not before.teams[team].seen_at:
            return steps.open_by(before, [team], now)
        case StepKind.TAKE:
            return steps.take(_set_taken_by(before, [team], step.person), team, now, story.area)
        case StepKind.POST | StepKind.HANDLE | StepKind.DISMISS if team in before.teams:
            handled, irrelevant = step.kind == StepKind.HANDLE, step.kind == StepKind.DISMISS
            return steps.answer(before, team, now, story.area, handled=handled, irrelevant=irrelevant)
        case StepKind.POST:
            return steps.ask(before, (), now, story.area)
        case StepKind.COMPLETE if team not in before.teams:
            return steps.complete(before, now, story.area)
        case StepKind.CLOSE | StepKind.EXPIRE:
            return steps.close(before)
        case StepKind.REOPEN:
            return steps.reopen(before, now, story.area)
        case StepKind.WITHDRAW:
            return steps.close(CaseProgress({}))
        case StepKind.ERASE:
            return _set_taken_by(before, before.teams, None)
    return before


def list_called_teams(former: CaseProgress, after: CaseProgress) -> list[int]:
    """The teams that have their turn again."""
    return [team for team, one in after.teams.items() if one.has_turn and not former.teams[team].has_turn]


def _set_taken_by(before: CaseProgress, teams: Iterable[int], person: int | None) -> CaseProgress:
    taken = {team: replace(before.teams[team], taken_by=person) for team in teams}
    return replace(before, teams={**before.teams, **taken})
