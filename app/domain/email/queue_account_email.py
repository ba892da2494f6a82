"""Queues the emails about an account: login, invitation, arrival in a team, request for an account.

They leave at once. As in queue_email.py, a row contains no text, no address and no secret.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from app.domain.email.lost_invitations import forget_lost_email
from app.domain.email.queue_email import EmailKind, email_queued
from db.bulk import insert_many
from db.engine import on_commit
from db.tables.email import Email


async def queue_login_email(login_link_id: int, person_id: int | None, closed_id: int | None, *, now: datetime) -> None:
    """An unknown address gets a row too, so that both take the same time. The worker then cancels it.

    closed_id: the person whose account is closed. Their email has no link.
    """
    await Email.insert(
        Email(
            kind=EmailKind.CLOSED_LOGIN if closed_id else EmailKind.LOGIN,
            person=person_id or closed_id,
            login_link=login_link_id,
            written_at=now,
            due_at=now,
        )
    )
    on_commit(email_queued.send)


async def queue_member_emails(kind: EmailKind, readers: Sequence[tuple[int, int]], *, now: datetime) -> None:
    """For each (reader, team): what happened at `now` to members of the team. Inside the action's transaction."""
    waiting = {"kind": kind, "written_at": now, "due_at": now}
    await insert_many(Email, [{"id": uuid4(), "person": person, "team": team, **waiting} for person, team in readers])
    on_commit(email_queued.send)


async def queue_added_emails(people: Sequence[int], *, now: datetime) -> None:
    """For the people whom an import added to a team, thousands at once."""
    waiting = {"kind": EmailKind.ADDED, "written_at": now, "due_at": now}
    await insert_many(Email, [{"id": uuid4(), "person": person, **waiting} for person in people])
    on_commit(email_queued.send)


async def queue_invitation_email(invitation_id: int, *, now: datetime) -> None:
    """For an address without an account. The invitation has the address, and decides if the email may still leave."""
    await forget_lost_email(invitation_id)
    await Email.insert(Email(kind=EmailKind.INVITATION, invitation=invitation_id, written_at=now, due_at=now))
    on_commit(email_queued.send)


async def queue_invitation_emails(invitation_ids: list[int], *, now: datetime) -> None:
    """Thousands at once."""
    waiting = {"kind": EmailKind.INVITATION, "written_at": now, "due_at": now}
    await insert_many(Email, [{"id": uuid4(), "invitation": one, **waiting} for one in invitation_ids])
    on_commit(email_queued.send)


async def queue_address_email(kind: EmailKind, change_id: int, *, now: datetime) -> None:
    """`kind` is one of ADDRESS_EMAILS (app/text/labels/emails.py). The change says to which of its addresses."""
    await queue_address_emails(kind, [change_id], now=now)


async def queue_address_emails(kind: EmailKind, change_ids: Sequence[int], *, now: datetime) -> None:
    """Thousands at once."""
    waiting = {"kind": kind, "written_at": now, "due_at": now}
    await insert_many(Email, [{"id": uuid4(), "address_change": one, **waiting} for one in change_ids])
    on_commit(email_queued.send)


async def queue_signup_email(kind: EmailKind, signup_id: int, *, now: datetime) -> None:
    """`kind` is SIGNUP, KNOWN or REFUSED."""
    await Email.insert(Email(kind=kind, signup=signup_id, written_at=now, due_at=now))
    on_commit(email_queued.send)
