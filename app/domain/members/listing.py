"""The members and the pending invitations of a team, for the people who manage it. Source: features.md P3."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.absences.absence import Absence, find_planned_absences
from app.domain.accounts.actor import Actor
from app.domain.email.lost_invitations import find_lost_invitations
from app.domain.errors import Forbidden
from app.domain.members.invitation_senders import find_valid_senders
from app.domain.members.permissions import find_closable_accounts
from app.domain.teams.detail import Member, list_reached_members
from app.domain.teams.permissions import TeamAction, TeamFacts, build_editable_teams_condition, load_visible_team
from db.search import fold_text
from db.tables.members import Invitation, Membership
from db.tables.teams import Team


@dataclass(frozen=True)
class ManagedMember(Member):
    """may_close_account: the actor may deactivate, or reactivate, the whole account. absence: present or next."""

    may_close_account: bool
    absence: Absence | None


@dataclass(frozen=True)
class PendingInvitation:
    """As typed, without data of an account that has this address. lapsed: the sender may not invite any more.
    lost: the email of the invitation did not arrive.
    """

    id: int
    address: str
    name: str
    expires_at: datetime
    expired: bool
    lapsed: bool
    lost: bool


async def load_team_to_manage(actor: Actor, team_id: int) -> TeamFacts:
    """Raises NotFound; Forbidden for a plain member, and once the team is closed."""
    team, allowed = await load_visible_team(actor, team_id)
    if TeamAction.MANAGE_MEMBERS not in allowed:
        raise Forbidden("Les membres d’une équipe sont tenus par ses responsables.")
    return team


async def list_managed_members(actor: Actor, team: TeamFacts, now: datetime) -> list[ManagedMember]:
    """Active members first, then by name."""
    members = await list_reached_members(team.id)
    closable = await find_closable_accounts(actor, [member.id for member in members])
    absences = await find_planned_absences([member.id for member in members], now)
    kept = [
        ManagedMember(**vars(one), may_close_account=one.id in closable, absence=absences.get(one.id))
        for one in members
    ]
    return sorted(kept, key=lambda member: (not member.active, fold_text(member.name)))


async def list_editable_team_ids(actor: Actor, person_id: int) -> list[int]:
    """The person's teams that the actor manages."""
    held = Team.select(Team.id).where(build_editable_teams_condition(actor))
    rows = await (
        Membership.select(Membership.team)
        .where(Membership.person == person_id, Membership.team.is_in(held))
        .order_by(Membership.team)
    )
    return [row["team"] for row in rows]


async def list_pending_invitations(team: TeamFacts, now: datetime) -> list[PendingInvitation]:
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
    may = await find_valid_senders([row["invited_by"] for row in rows], team.id)
    lost = await find_lost_invitations([row["id"] for row in rows])
    return [
        PendingInvitation(
            id=row["id"],
            address=row["address"],
            name=f"{row['first_name']} {row['last_name']}".strip(),
            expires_at=row["expires_at"],
            expired=row["expires_at"] <= now,
            lapsed=row["invited_by"] not in may,
            lost=row["id"] in lost,
        )
        for row in rows
    ]
