"""What a letter to somebody without an account says, read when it leaves: the outbox holds no address and no text."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.members.links import link_for
from app.domain.members.senders import may_still_invite
from db.tables import Invitation, Signup


@dataclass(frozen=True)
class Note:
    """words are the team's name, or why a request was refused."""

    address: str
    words: str
    link: str = ""


async def invitation_note(invitation_id: int | None, now: datetime) -> Note | None:
    """None when its link is worth nothing any more: a dead link is not sent."""
    row = await (
        Invitation.select(
            Invitation.address,
            Invitation.reference,
            Invitation.invited_by,
            Invitation.team.id.as_alias("team_id"),
            Invitation.team.name.as_alias("team"),
        )
        .where(Invitation.id == invitation_id, Invitation.used_at.is_null(), Invitation.expires_at > now)
        .first()
    )
    if row is None or not await may_still_invite([row["invited_by"]], row["team_id"]):
        return None
    return Note(row["address"], row["team"], link_for(row["reference"]))


async def signup_note(signup_id: int | None) -> Note | None:
    row = await Signup.select(Signup.address, Signup.answer).where(Signup.id == signup_id).first()
    return Note(row["address"], row["answer"]) if row else None
