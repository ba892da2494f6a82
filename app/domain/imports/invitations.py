"""Invites the people whom an import creates in a team, if the admin chose so. The email is that of any invitation."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.domain.email.queue_account_email import queue_invitation_emails
from app.domain.imports.people import PersonChange
from app.domain.imports.row_decision import Decision, RowResult
from app.domain.members.invitation_link import make_link
from app.domain.members.membership_offer import INVITATION_VALIDITY
from db.bulk import insert_many, is_any_of
from db.tables.members import Invitation


async def invite_created_people(decisions: Sequence[Decision], invited_by: int, now: datetime) -> int:
    """Returns the number of invitations. Call it inside the import's transaction.

    An invitation that waits for the same address is replaced.
    """
    changes = [one.change for one in decisions if one.result == RowResult.CREATED]
    rows = [
        _build_invitation(change, change.joined_team[0], invited_by, now)
        for change in changes
        if isinstance(change, PersonChange) and change.joined_team
    ]
    if rows:
        addresses = [row["address"] for row in rows]
        await Invitation.delete().where(is_any_of(Invitation.address, addresses), Invitation.used_at.is_null())
    made = await insert_many(Invitation, rows, returning=["id"])
    await queue_invitation_emails([row["id"] for row in made], now=now)
    return len(made)


def _build_invitation(change: PersonChange, team_id: int, invited_by: int, now: datetime) -> dict[str, Any]:
    reference, token_hash = make_link()
    return {
        "reference": reference,
        "token_hash": token_hash,
        "address": change.person.address,
        **change.person.values,
        "team": team_id,
        "invited_by": invited_by,
        "invited_at": now,
        "expires_at": now + INVITATION_VALIDITY,
    }
