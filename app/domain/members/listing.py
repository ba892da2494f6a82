"""The members of a team and the invitations still open, for whoever keeps them. Source: features.md P3."""

from dataclasses import asdict, dataclass
from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.errors import Refused
from app.domain.members.permissions import closable_accounts
from app.domain.members.senders import may_still_invite
from app.domain.teams.detail import Member, members_of
from app.domain.teams.permissions import TeamAction, TeamFacts, kept_by, visible_team
from db.search import fold
from db.tables import Invitation, Membership, Team


@dataclass(frozen=True)
class KeptMember(Member):
    """may_close: whether the actor may deactivate, or reactivate, the whole account."""

    may_close: bool


@dataclass(frozen=True)
class Pending:
    """What was typed for a person, and nothing of an account that has this address. lapsed: senders.py."""

    id: int
    address: str
    name: str
    expires_at: datetime
    expired: bool
    lapsed: bool


async def kept_team(actor: Actor, team_id: int) -> TeamFacts:
    """The team, for its page of members. Raises NotFound; Refused for a plain member, or once it is closed."""
    team, allowed = await visible_team(actor, team_id)
    if TeamAction.KEEP_MEMBERS not in allowed:
        raise Refused("Les membres d’une équipe sont tenus par ses responsables.")
    return team


async def kept_members(actor: Actor, team: TeamFacts) -> list[KeptMember]:
    """Active first, then by name."""
    members = await members_of(team.id)
    closable = await closable_accounts(actor, [member.id for member in members])
    kept = [KeptMember(**asdict(member), may_close=member.id in closable) for member in members]
    return sorted(kept, key=lambda member: (not member.active, fold(member.name)))


async def kept_teams_of(actor: Actor, person_id: int) -> list[int]:
    """The person's teams that the actor keeps."""
    held = Team.select(Team.id).where(kept_by(actor))
    rows = await (
        Membership.select(Membership.team)
        .where(Membership.person == person_id, Membership.team.is_in(held))
        .order_by(Membership.team)
    )
    return [row["team"] for row in rows]


async def pending_invitations(team: TeamFacts, now: datetime) -> list[Pending]:
    rows = await (
        Invitation.select(
            Invitation.id,
            Invitation.address,
            Invitation.first_name,
            Invitation.last_name,
            Invitation.expires_at,
            Invitation.invited_by,
        )
        .where(Invitation.team == team.id, Invitation.used_at.is_null())
        .order_by(Invitation.invited_at, Invitation.id)
    )
    may = await may_still_invite([row["invited_by"] for row in rows], team.id)
    return [
        Pending(
            id=row["id"],
            address=row["address"],
            name=f"{row['first_name']} {row['last_name']}".strip(),
            expires_at=row["expires_at"],
            expired=row["expires_at"] <= now,
            lapsed=row["invited_by"] not in may,
        )
        for row in rows
    ]
