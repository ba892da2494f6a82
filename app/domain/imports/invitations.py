"""Whoever an import creates in a team is invited to it, if the admin ticked so: the letter of any invitation."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.domain.email.queue_email import write_invitation_letters
from app.domain.imports.people import Change
from app.domain.imports.plan import Decision, Verdict
from app.domain.members.links import new_link
from app.domain.members.membership_offer import VALID
from db.bulk import insert_many, one_of
from db.tables import Invitation


async def invite_created(decisions: Sequence[Decision], invited_by: int, now: datetime) -> int:
    """Inside the import's transaction; how many. An invitation to the same team that still waits is replaced."""
    changes = [one.change for one in decisions if one.verdict == Verdict.CREATED]
    rows = [
        _invitation(change, change.joined[0], invited_by, now)
        for change in changes
        if isinstance(change, Change) and change.joined
    ]
    if rows:
        addresses = [row["address"] for row in rows]
        await Invitation.delete().where(one_of(Invitation.address, addresses), Invitation.used_at.is_null())
    made = await insert_many(Invitation, rows, returning=["id"])
    await write_invitation_letters([row["id"] for row in made], now=now)
    return len(made)


def _invitation(change: Change, team_id: int, invited_by: int, now: datetime) -> dict[str, Any]:
    reference, token_hash = new_link()
    return {
        "reference": reference,
        "token_hash": token_hash,
        "address": change.person.address,
        **change.person.values,
        "team": team_id,
        "invited_by": invited_by,
        "invited_at": now,
        "expires_at": now + VALID,
    }
