"""What the teams of a case bring to another one of the same citizen, in which it continues. Pure.

| where a team stands in the case          | where it then stands in the other one                           |
|------------------------------------------|-----------------------------------------------------------------|
| it owes an answer                        | it owes it there, and its clock goes on                         |
| it has answered                          | it is there, without a turn: what the agents send reaches it    |
| it was asked for an opinion              | the same, unless it owes more there                             |
| it said « non pertinente », or is out    | nothing changes there                                           |

A team that is in both stands as if two teams of that case were merged (team.py). What it did in the other case alone
decides whether it has seen and answered that one.
Source: issue 16, 16; docs/decisions/0168.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from app.domain.accounts.actor import Side
from app.domain.cases.progress.steps import CaseProgress, leave
from app.domain.cases.progress.team import TeamProgress, Teams, merge_progress
from app.domain.cases.progress.turns import end_turn


def list_brought(teams: Teams) -> dict[int, TeamProgress]:
    return {team: one for team, one in sorted(teams.items()) if one.is_present and one.irrelevant_at is None}


def bring(before: CaseProgress, brought: Mapping[int, TeamProgress], now: datetime) -> CaseProgress:
    """A team that awaits the agents' side gives it the turn there too."""
    teams = {team: _bring_team(one, before.teams.get(team), now) for team, one in brought.items()}
    asks = any(one.awaits_agents for one in brought.values())
    return replace(before, teams={**before.teams, **teams}, next_side=Side.AGENT if asks else before.next_side)


def list_invited(brought: Mapping[int, TeamProgress], teams: Teams) -> dict[int, TeamProgress]:
    """Those that come to the other case, or owe an answer there that they did not owe. teams: of the other case."""

    def is_invited(team: int) -> bool:
        known = teams.get(team)
        return known is None or not known.is_present or (brought[team].has_turn and not known.has_turn)

    return {team: one for team, one in brought.items() if is_invited(team)}


def _bring_team(brought: TeamProgress, known: TeamProgress | None, now: datetime) -> TeamProgress:
    own = known or TeamProgress(now)
    return replace(
        merge_progress(brought, known) if known else brought,
        joined_at=own.joined_at,
        seen_at=own.seen_at,
        first_answer_at=own.first_answer_at,
        last_note_event=own.last_note_event,
    )


def take_away(before: CaseProgress, team: int, former: TeamProgress | None, now: datetime) -> CaseProgress:
    """What bring() did to a team that has done nothing since. former: where it stood before, None if it was not there.

    In a case that was closed since, no turn begins again.
    """
    known = before.teams[team]
    if former is None or not former.is_present:
        return leave(before, team, now)
    restored = replace(end_turn(former) if before.closed else former, seen_at=known.seen_at)
    return replace(before, teams={**before.teams, team: restored})
