"""Where the teams of a case stood before a closing that can be taken back. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from app.domain.accounts.actor import Side
from app.domain.cases.progress.steps import CaseProgress
from app.domain.cases.progress.team import TeamProgress, Teams, merge_progress

_ENDED = ("next_side", "waiting_since", "late_from", "late_notices_sent", "promise_due")
"""What a closing ends: columns of TeamProgress."""
_TIMES = ("_at", "_since", "_from", "_due")


@dataclass(frozen=True)
class KeptTurns:
    """next_side: of the case. teams: those that are there."""

    next_side: str
    teams: Teams


def keep_turns(before: CaseProgress) -> KeptTurns:
    return KeptTurns(before.next_side, {team: one for team, one in before.teams.items() if one.is_present})


def restore_turns(closed: CaseProgress, kept: KeptTurns, places: Mapping[int, int] | None = None) -> CaseProgress:
    """Open again, as it was. A team that has left meanwhile stays out; the agents go on once none is concerned.

    places: a team that was merged since -> the one that stands for it.
    """
    former = _follow_places(kept.teams, places or {})
    teams = {
        team: replace(known, **{name: getattr(former[team], name) for name in _ENDED})
        if known.is_present and team in former
        else known
        for team, known in closed.teams.items()
    }
    concerned = any(team.is_concerned for team in teams.values())
    return replace(closed, teams=teams, next_side=kept.next_side if concerned else Side.AGENT, closed=False)


def _follow_places(teams: Teams, places: Mapping[int, int]) -> Teams:
    found: dict[int, TeamProgress] = {}
    for team, progress in teams.items():
        place = places.get(team, team)
        found[place] = merge_progress(progress, found[place]) if place in found else progress
    return found


def encode_turns(kept: KeptTurns) -> dict[str, Any]:
    """For JSON."""
    return {"next_side": kept.next_side, "teams": {str(team): encode_team(one) for team, one in kept.teams.items()}}


def decode_turns(stored: Mapping[str, Any]) -> KeptTurns:
    return KeptTurns(stored["next_side"], {int(team): decode_team(one) for team, one in stored["teams"].items()})


def encode_team(team: TeamProgress) -> dict[str, Any]:
    """For JSON."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(team).items()}


def decode_team(stored: Mapping[str, Any]) -> TeamProgress:
    return TeamProgress(**{name: _decode(name, value) for name, value in stored.items()})


def _decode(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if value and name.endswith(_TIMES) else value
