"""Tells of a late answer, each team apart. Source: features.md S10, S12; design.md, « Several teams ».

| notice | when, in working hours of the area                                  | notified                          |
|--------|---------------------------------------------------------------------|-----------------------------------|
| 1      | the team is late                                                    | the team                          |
| 2      | 3 working days later                                                | its managers                      |
| 3      | it has answered nothing, 15 days after the case reached it          | the supervisors of the area       |
| 4, 5   | it has answered nothing, 30 days, then 60 days after                | the agents, managers, supervisors |

A team that has answered once has the first two only. The notices of one run are one email for each reader, with a
line a case. expiry.py closes a case whose silence goes on.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.audit.log import write_audit
from app.domain.calendar.working_days import add_working_days, is_working_time
from app.domain.cases import notifications
from app.domain.cases.access import load_locked_case
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.progress.rows import TEAM_COLUMNS, build_team_progress
from app.domain.cases.progress.team import TeamProgress
from app.domain.email.release_emails import release_emails
from db.engine import transaction
from db.tables.audit import AuditEntry
from db.tables.participants import Recipient

MANAGERS_NOTIFIED_AFTER = 3
"""Working days after the team was notified."""
SUPERVISORS_NOTIFIED_AFTER = timedelta(days=15)
ALL_NOTIFIED_AFTER = (timedelta(days=30), timedelta(days=60))
_AUDIT_ACTION = "case.late"


@dataclass(frozen=True)
class _Stage:
    """working_days: after the team became late. unanswered_for: without any answer, since the case reached it."""

    notify: Callable[[CaseFacts, int, datetime], Awaitable[None]]
    working_days: int = 0
    unanswered_for: timedelta | None = None

    def is_due(self, team: TeamProgress, area: str, now: datetime) -> bool:
        if team.late_from is None or add_working_days(team.late_from, self.working_days, area) > now:
            return False
        if self.unanswered_for is None:
            return True
        since = team.waiting_since
        return team.owes_first_answer and since is not None and since <= now - self.unanswered_for


_STAGES = (
    _Stage(notifications.notify_late),
    _Stage(notifications.notify_managers_late, working_days=MANAGERS_NOTIFIED_AFTER),
    _Stage(notifications.notify_supervisors_unanswered, unanswered_for=SUPERVISORS_NOTIFIED_AFTER),
    *(_Stage(notifications.notify_all_unanswered, unanswered_for=days) for days in ALL_NOTIFIED_AFTER),
)
"""In the order of late_notices_sent."""


async def send_late_notices(now: datetime) -> int:
    """Returns the number of notices. Each is sent once, in working hours of the area, even by two processes."""
    count = 0
    for row in await _list_late_teams(now):
        if is_working_time(now, row["area"]):
            while await _send_due_notice(row["case"], row["team"], now):
                count += 1
    if count:
        await release_emails(now, now)
    return count


async def _list_late_teams(now: datetime) -> list[dict[str, Any]]:
    """case, team and area of those that a notice is due for; _send_due_notice asks again under the lock."""
    rows = await (
        Recipient.select(*(getattr(Recipient, name) for name in TEAM_COLUMNS), Recipient.case, Recipient.team)
        .columns(Recipient.case.area.as_alias("area"))
        .where(Recipient.late_from.is_not_null(), Recipient.late_from <= now)
        .order_by(Recipient.id)
    )
    return [row for row in rows if find_due_stage(build_team_progress(row), row["area"], now) is not None]


def find_due_stage(team: TeamProgress, area: str, now: datetime) -> int | None:
    """The index of the next stage. Of several that tell of one silence, the last one: it says what the others do."""
    due = [number for number in range(team.late_notices_sent, len(_STAGES)) if _STAGES[number].is_due(team, area, now)]
    if not due or due[0] != team.late_notices_sent:
        return None
    return due[0] if _STAGES[due[0]].unanswered_for is None else due[-1]


async def _send_due_notice(case_id: UUID, team_id: int, now: datetime) -> bool:
    async with transaction():
        case = await load_locked_case(case_id)
        team = case.teams.get(team_id) if case else None
        stage = find_due_stage(team, case.area, now) if case and team else None
        if case is None or team is None or stage is None:
            return False
        await Recipient.update({Recipient.late_notices_sent: stage + 1}).where(
            Recipient.case == case_id, Recipient.team == team_id
        )
        await _STAGES[stage].notify(case, team_id, now)
        for _ in range(team.late_notices_sent, stage + 1):
            await write_audit(_AUDIT_ACTION, now=now, person_id=None, case_id=case_id, team_id=team_id)
    return True


async def load_late_notices(case_id: UUID, places: Mapping[int, int]) -> dict[int, list[datetime]]:
    """Team -> the times of its late notices, from the audit log: one for each, skipped ones included.

    places: of load_merged_teams. A merged team's notices are those of the team that took it in. The release before this
    one named no team: its notices are every team's.
    """
    rows = await AuditEntry.select(AuditEntry.team_id, AuditEntry.happened_at).where(
        AuditEntry.case_id == case_id, AuditEntry.action == _AUDIT_ACTION
    )
    everyone = [row["happened_at"] for row in rows if row["team_id"] is None]
    found: dict[int, list[datetime]] = defaultdict(lambda: list(everyone))
    for row in rows:
        if row["team_id"] is not None:
            found[places.get(row["team_id"], row["team_id"])].append(row["happened_at"])
    return found
