"""Queues the emails that name a team which has answered nothing. Source: features.md S12."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.domain.email.queue_email import EmailKind, email_queued
from db.engine import on_commit
from db.tables.email import Email


async def queue_unanswered_emails(people: Sequence[int], team_id: int, *, now: datetime) -> None:
    """UNANSWERED_TEAM, for supervisors: at most one a day for each person and team, for any number of cases."""
    rows = await Email.select(Email.person).where(
        Email.kind == EmailKind.UNANSWERED_TEAM, Email.team == team_id, Email.written_at > now - timedelta(days=1)
    )
    due = [person for person in people if person not in {row["person"] for row in rows}]
    if due:
        await Email.insert(
            *(
                Email(kind=EmailKind.UNANSWERED_TEAM, person=person, team=team_id, written_at=now, due_at=now)
                for person in due
            )
        )
        on_commit(email_queued.send)
