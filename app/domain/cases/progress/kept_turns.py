"""The turns and clocks of a case as they were, for a closing that can be taken back. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from app.domain.cases.progress.steps import CaseProgress
from app.domain.cases.progress.team import TeamProgress


@dataclass(frozen=True)
class TeamTurn:
    """What a closing ends: columns of TeamProgress, under the same names."""

    next_side: str
    waiting_since: datetime | None
    late_from: datetime | None
    late_notices_sent: int
    promise_due: datetime | None


@dataclass(frozen=True)
class KeptTurns:
    """next_side: of the case. teams: of each team that is there."""

    next_side: str
    teams: Mapping[int, TeamTurn]


_NAMES = tuple(TeamTurn.__annotations__)


def keep_turns(before: CaseProgress) -> KeptTurns:
    return KeptTurns(before.next_side, {team: _keep_turn(one) for team, one in before.teams.items() if one.is_present})


def _keep_turn(team: TeamProgress) -> TeamTurn:
    return TeamTurn(**{name: getattr(team, name) for name in _NAMES})


def restore_turns(closed: CaseProgress, kept: KeptTurns) -> CaseProgress:
    """Open again, as it was. A team that has left meanwhile stays out."""
    teams = {
        team: replace(known, **asdict(kept.teams[team])) if known.is_present and team in kept.teams else known
        for team, known in closed.teams.items()
    }
    return replace(closed, teams=teams, next_side=kept.next_side, closed=False)


def encode_turns(kept: KeptTurns) -> dict[str, Any]:
    """For JSON."""
    teams = {str(team): [_encode(value) for value in asdict(turn).values()] for team, turn in kept.teams.items()}
    return {"next_side": kept.next_side, "teams": teams}


def decode_turns(stored: Mapping[str, Any]) -> KeptTurns:
    teams = {int(team): _decode_turn(*values) for team, values in stored["teams"].items()}
    return KeptTurns(stored["next_side"], teams)


def _encode(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _decode_turn(
    next_side: str, waiting_since: str | None, late_from: str | None, notices: int, promise_due: str | None
) -> TeamTurn:
    waiting, late, promise = (at and datetime.fromisoformat(at) for at in (waiting_since, late_from, promise_due))
    return TeamTurn(next_side, waiting or None, late or None, notices, promise or None)
