"""The organisations of one case, and where each stands, for its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from app.domain.absences.absence import (
    ABSENCE_COLUMNS,
    ABSENCE_DECODERS,
    AWAY_SQL,
    REPLACEMENT_SQL,
    Absence,
    decode_absence,
)
from app.domain.absences.absent_teams import build_absent_until_sql
from app.domain.accounts.actor import Actor, Side
from app.domain.accounts.names import join_names
from app.domain.cases.lifecycle.lateness import is_late
from app.domain.cases.permissions import CaseFacts, find_side
from app.domain.cases.progress.rows import TEAM_COLUMNS, TEAM_DECODERS, build_team_progress
from app.domain.cases.progress.team import TeamProgress
from db.batch import BatchQuery, BoundQuery, Row


@dataclass(frozen=True)
class CaseRecipient:
    """taken_by is the name of the member who said « Je m’en occupe », empty when there is none.

    closed: the team exists no more. late: its answer is overdue. absence: that of this member, while it lasts.
    absent_until: the last day on which no member of the team is there; None while one is. Both are empty once the
    case is closed.
    """

    team_id: int
    team: str
    acronym: str
    closed: bool
    taken_by: str
    late: bool
    progress: TeamProgress
    absence: Absence | None
    absent_until: date | None

    @property
    def first_answer_at(self) -> datetime | None:
        return self.progress.first_answer_at


_RECIPIENTS_QUERY = BatchQuery(
    {
        **TEAM_COLUMNS,
        "team_id": "r.team",
        "team": "t.name",
        "acronym": "o.acronym",
        "closed": "t.closed_at IS NOT NULL",
        "first_name": "p.first_name",
        "last_name": "p.last_name",
        **ABSENCE_COLUMNS,
        "absent_until": f"CASE WHEN r.open AND r.left_at IS NULL THEN {build_absent_until_sql('r.team')} END",
    },
    f"""recipient r JOIN team t ON t.id = r.team JOIN organisation o ON o.id = t.organisation
    LEFT JOIN person p ON p.id = r.taken_by
    LEFT JOIN absence ON absence.person = r.taken_by AND r.open AND {AWAY_SQL} {REPLACEMENT_SQL}
    WHERE r."case" = {{}} ORDER BY r.id""",
    {**TEAM_DECODERS, **ABSENCE_DECODERS, "closed": bool, "absent_until": date.fromisoformat},
)


def build_recipients_query(case_id: UUID, now: datetime) -> BoundQuery:
    moment = now.astimezone(UTC)
    return _RECIPIENTS_QUERY.bind(moment, moment, moment, moment, case_id)


def decode_recipients(rows: list[Row], now: datetime) -> tuple[CaseRecipient, ...]:
    return tuple(_decode_recipient(one, now) for one in rows)


def list_own_recipients(actor: Actor, case: CaseFacts, present: Sequence[CaseRecipient]) -> list[CaseRecipient]:
    """Those of the actor's teams; empty for an actor of the agents' side."""
    if find_side(actor, case) == Side.AGENT:
        return []
    teams = actor.list_teams(Side.REFERENT)
    return [one for one in present if one.team_id in teams]


def _decode_recipient(row: Row, now: datetime) -> CaseRecipient:
    progress = build_team_progress(row)
    return CaseRecipient(
        team_id=row["team_id"],
        team=row["team"],
        acronym=row["acronym"],
        closed=row["closed"],
        taken_by=join_names(row["first_name"], row["last_name"]),
        late=is_late(progress.late_from, now),
        progress=progress,
        absence=decode_absence(row),
        absent_until=row["absent_until"],
    )
