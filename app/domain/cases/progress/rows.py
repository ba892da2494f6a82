"""Reads and writes where the teams stand: the recipients' rows, and the columns of the case that depend on them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

from app.domain.case_status import Status
from app.domain.cases.change import CaseChange
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.progress.steps import CaseProgress
from app.domain.cases.progress.team import TeamProgress
from db.batch import BatchQuery, Decoders, Row, parse_timestamp
from db.tables.cases import Case
from db.tables.participants import Recipient

_NAMES = tuple(field.name for field in fields(TeamProgress))
_TIMES = [name for name in _NAMES if name.endswith(("_at", "_since", "_from", "_due"))]
TEAM_COLUMNS = {name: f"r.{name}" for name in _NAMES}
TEAM_DECODERS: Decoders = {"opinion": bool, **dict.fromkeys(_TIMES, parse_timestamp)}
"""The columns of a recipient `r`, for build_team_progress."""
TEAMS_QUERY = BatchQuery({"team": "r.team", **TEAM_COLUMNS}, 'recipient r WHERE r."case" = {}', TEAM_DECODERS)


def decode_teams(rows: list[Row]) -> dict[int, TeamProgress]:
    """rows are those of TEAMS_QUERY."""
    return {row["team"]: build_team_progress(row) for row in rows}


def build_team_progress(row: Mapping[str, Any]) -> TeamProgress:
    """From the columns of a recipient, under their own names."""
    return TeamProgress(**{name: row[name] for name in _NAMES})


async def write_progress(case: CaseFacts, after: CaseProgress) -> CaseChange:
    """Writes the recipients that differ from `case`, one statement for those that change alike.

    Returns the change of the case's row, for record_event. Runs in the caller's transaction, with the case locked.
    """
    joining = {team: progress for team, progress in after.teams.items() if team not in case.teams}
    if joining:
        await Recipient.insert(*(Recipient(case=case.id, team=team, **asdict(one)) for team, one in joining.items()))
    alike: dict[tuple[tuple[str, Any], ...], list[int]] = defaultdict(list)
    for team, progress in case.teams.items():
        alike[_list_changed_columns(progress, after.teams[team])].append(team)
    for columns, teams in alike.items():
        if columns:
            await _update_recipients(case.id, teams, dict(columns))
    return build_case_columns(after)


def build_progress(case: CaseFacts) -> CaseProgress:
    return CaseProgress(case.teams, case.next_side, case.status != Status.DRAFT, case.status == Status.CLOSED)


def build_case_columns(progress: CaseProgress) -> CaseChange:
    return {
        Case.status: progress.status,
        Case.next_side: progress.next_side,
        Case.late_from: progress.late_from,
        Case.handled_at: progress.handled_at,
    }


def _list_changed_columns(before: TeamProgress, after: TeamProgress) -> tuple[tuple[str, Any], ...]:
    return tuple((name, getattr(after, name)) for name in _NAMES if getattr(after, name) != getattr(before, name))


async def _update_recipients(case_id: UUID, teams: list[int], columns: dict[Any, Any]) -> None:
    await Recipient.update(columns).where(Recipient.case == case_id, Recipient.team.is_in(teams))
