"""The invitations of a person who has an account already: accepted from their own session only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.accounts.actor import Actor
from app.domain.accounts.names import format_full_name
from app.domain.errors import Forbidden, NotFound
from app.domain.members.invitation_senders import find_valid_senders
from app.domain.signup.acceptance import add_invited_member, claim_invitation
from db.engine import transaction
from db.tables.members import Invitation

_ABSENT = (
    "Cette invitation ne vaut plus : elle a servi, a été annulée, ou la personne qui l’a envoyée ne peut plus inviter. "
    "Demandez-en une nouvelle à un responsable de l’équipe."
)
_OWN = "Vous avez envoyé vous-même cette invitation : demandez à une autre personne qui tient l’équipe de vous inviter."


@dataclass(frozen=True)
class OwnInvitation:
    id: int
    team: str
    by: str
    expires_at: datetime


async def list_own_invitations(actor: Actor, now: datetime) -> list[OwnInvitation]:
    """Those that the actor may accept now, the oldest first."""
    rows = await _list_valid_rows(actor, now)
    return [
        OwnInvitation(row["id"], row["team"], format_full_name(row), row["expires_at"])
        for row in rows
        if row["invited_by"] != actor.id and await _is_sender_valid(row)
    ]


async def join_team(actor: Actor, invitation_id: int, now: datetime) -> None:
    """Raises NotFound for an invitation that is another person's or over, Forbidden for an admin and for one's own."""
    async with transaction():
        row = next((row for row in await _list_valid_rows(actor, now) if row["id"] == invitation_id), None)
        if row and row["invited_by"] == actor.id:
            raise Forbidden(_OWN)
        taken = (
            await claim_invitation(row["id"], row["invited_by"], now) if row and await _is_sender_valid(row) else None
        )
        if taken is None:
            raise NotFound(_ABSENT)
        await add_invited_member(actor.id, taken, now)


async def _list_valid_rows(actor: Actor, now: datetime) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await (
        Invitation.select(
            Invitation.id,
            Invitation.expires_at,
            Invitation.invited_by,
            Invitation.invited_by.first_name.as_alias("first_name"),
            Invitation.invited_by.last_name.as_alias("last_name"),
            Invitation.invited_by.address.as_alias("address"),
            Invitation.team.id.as_alias("team_id"),
            Invitation.team.name.as_alias("team"),
        )
        .where(Invitation.address == actor.address, Invitation.used_at.is_null(), Invitation.expires_at > now)
        .order_by(Invitation.invited_at, Invitation.id)
    )
    return rows


async def _is_sender_valid(row: dict[str, Any]) -> bool:
    return row["invited_by"] in await find_valid_senders([row["invited_by"]], row["team_id"])
