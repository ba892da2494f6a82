"""Notifies who keeps a team that emails do not reach one of its mailboxes: once for it, once a day for a team."""

from datetime import datetime, timedelta
from uuid import uuid4

from piccolo.columns.combination import And, Or, Where

from app.domain.email.queue_email import EmailKind, email_queued
from app.domain.teams.keepers import list_keepers
from db.bulk import insert_many
from db.engine import on_commit
from db.tables.email import Email
from db.tables.members import Membership
from db.tables.teams import Team
from db.tables.undelivered import Undelivered

_QUIET = timedelta(days=30)
"""A mailbox that dies and revives notifies no more often."""
_ONE_A_DAY = timedelta(days=1)


async def notify_keepers_of_mailbox(
    whose: Where | And | Or, person_id: int | None, team_id: int | None, now: datetime
) -> None:
    """Inside the caller's transaction. A mailbox of which no email is queued notifies when it dies again."""
    silent = Or(Undelivered.notified_at.is_null(), Undelivered.notified_at < now - _QUIET)
    if not await Undelivered.exists().where(whose, silent):
        return
    due = await _list_keepers(person_id, team_id) - await _list_notified(now)
    notified = Undelivered.update({Undelivered.notified_at: now}).where(whose, silent)
    if due and await notified.returning(Undelivered.id):
        waiting = {"kind": EmailKind.UNDELIVERED, "written_at": now, "due_at": now}
        rows = [{"id": uuid4(), "person": person, "team": team, **waiting} for person, team in sorted(due)]
        await insert_many(Email, rows)
        on_commit(email_queued.send)


async def _list_keepers(person_id: int | None, team_id: int | None) -> set[tuple[int, int]]:
    """(keeper, team), for the open teams of the person, or for the team of the shared address."""
    seats = Membership.select(Membership.team).where(Membership.person == person_id)
    rows = await Team.select(Team.id).where(
        Team.id == team_id if person_id is None else Team.id.is_in(seats), Team.closed_at.is_null()
    )
    teams = [row["id"] for row in rows]
    return {(keeper, team) for team in teams for keeper in await list_keepers(team, without=person_id)}


async def _list_notified(now: datetime) -> set[tuple[int, int]]:
    rows = await Email.select(Email.person, Email.team).where(
        Email.kind == EmailKind.UNDELIVERED, Email.written_at > now - _ONE_A_DAY
    )
    return {(row["person"], row["team"]) for row in rows}
