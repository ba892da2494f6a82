"""Contents of emails to people without an account, read when they leave: the outbox stores no address and no text."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.members.invitation_link import build_invitation_url
from app.domain.members.invitation_senders import find_valid_senders
from db.tables.members import Invitation
from db.tables.signup import Signup


@dataclass(frozen=True)
class EmailContent:
    """text: the team's name, or why a request was refused."""

    address: str
    text: str
    link: str = ""


async def load_invitation_email(invitation_id: int | None, now: datetime) -> EmailContent | None:
    """Returns None when the link does not work any more: its email is not sent."""
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
    if row is None or not await find_valid_senders([row["invited_by"]], row["team_id"]):
        return None
    return EmailContent(row["address"], row["team"], build_invitation_url(row["reference"]))


async def load_signup_email(signup_id: int | None) -> EmailContent | None:
    row = await Signup.select(Signup.address, Signup.answer).where(Signup.id == signup_id).first()
    return EmailContent(row["address"], row["answer"]) if row else None
