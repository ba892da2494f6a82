"""Notifies the managers of a team that emails do not reach one of its mailboxes: once for it, once a day for a team."""

from datetime import datetime, timedelta
from uuid import uuid4

from piccolo.columns.combination import And, Or, Where

from app.domain.email.queue_email import EmailKind, email_queued
from app.domain.teams.dead_mailboxes import build_undelivered_query
from db.bulk import insert_many
from db.engine import on_commit
from db.tables.email import Email
from db.tables.members import Membership
from db.tables.teams import Team
from db.tables.undelivered import Undelivered

_QUIET = timedelta(days=30)
"""A mailbox that dies and revives notifies no more often."""
_ONE_A_DAY = timedelta(days=1)


async def notify_managers_of_mailbox(
    whose: Where | And | Or, person_id: int | None, team_id: int | None, now: datetime
) -> None:
    """Inside the caller's transaction. Managers who have not come yet get no email about others."""
    fresh = await (
        Undelivered.update({Undelivered.notified_at: now})
        .where(whose, Or(Undelivered.notified_at.is_null(), Undelivered.notified_at < now - _QUIET))
        .returning(Undelivered.id)
    )
    if fresh:
        due = await _list_managers(person_id, team_id) - await _list_notified(now)
        waiting = {"kind": EmailKind.UNDELIVERED, "written_at": now, "due_at": now}
        rows = [{"id": uuid4(), "person": person, "team": team, **waiting} for person, team in sorted(due)]
        await insert_many(Email, rows)
        on_commit(email_queued.send)


async def _list_managers(person_id: int | None, team_id: int | None) -> set[tuple[int, int]]:
    """(manager, team), for the open teams of the person. Neither the person nor other dead mailboxes."""
    seats = Membership.select(Membership.team).where(Membership.person == person_id)
    rows = await Membership.select(Membership.person, Membership.team).where(
        Membership.team == team_id if person_id is None else Membership.team.is_in(seats),
        Membership.team.is_in(Team.select(Team.id).where(Team.closed_at.is_null())),
        Membership.manager.eq(True),
        Membership.person.active.eq(True),
        Membership.person.terms_accepted_at.is_not_null(),
        Membership.person.not_in(build_undelivered_query()),
    )
    return {(row["person"], row["team"]) for row in rows}


async def _list_notified(now: datetime) -> set[tuple[int, int]]:
    rows = await Email.select(Email.person, Email.team).where(
        Email.kind == EmailKind.UNDELIVERED, Email.written_at > now - _ONE_A_DAY
    )
    return {(row["person"], row["team"]) for row in rows}
