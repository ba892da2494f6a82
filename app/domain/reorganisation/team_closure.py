"""Closes a team: its members leave it, and its name stays on what they wrote. Source: features.md P3, P6.

A team is not closed while one of its open cases would have no person left on the agents' or on the referents' side.
"""

from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.audit.log import write_audit
from app.domain.case_status import Status
from app.domain.cases import notifications
from app.domain.cases.access import load_locked_case
from app.domain.cases.events import EventKind, record_event
from app.domain.cases.progress import steps
from app.domain.cases.progress.rows import build_progress, write_progress
from app.domain.email.queue_email import EmailKind
from app.domain.errors import Conflict
from app.domain.reorganisation.team_contents import count_team_contents, list_open_cases, lock_team_cases
from app.domain.search.people_and_teams import index_people
from app.domain.teams.permissions import TeamAction, TeamFacts, lock_team_for_action
from db.engine import transaction
from db.tables.cases import Case
from db.tables.members import Invitation, Membership
from db.tables.participants import Recipient, SetAside
from db.tables.teams import Team


async def close_team(actor: Actor, team_id: int, now: datetime) -> None:
    """Raises NotFound, Forbidden, Conflict: closed already, or it has open cases that only a merger can move."""
    async with transaction():
        team = await lock_team_for_action(actor, team_id, TeamAction.CLOSE)
        await lock_team_cases(team.id)
        orphaned = (await count_team_contents(team)).orphaned_cases
        if orphaned:
            raise Conflict(
                f"{orphaned} demande{'s' if orphaned > 1 else ''} en cours "
                f"n’aurai{'en' if orphaned > 1 else ''}t plus personne. "
                "Réunissez cette équipe à une autre, qui les reprend."
            )
        await _withdraw_from_open_cases(actor, team, now)
        await _leave_closed_cases(team.id, now)
        for row in await Membership.select(Membership.person).where(Membership.team == team.id):
            await write_audit(
                "member.removed", now=now, person_id=actor.id, target_person_id=row["person"], team_id=team.id
            )
        await empty_and_close_team(team.id, now)
        await write_audit("team.closed", now=now, person_id=actor.id, team_id=team.id)


async def _withdraw_from_open_cases(actor: Actor, team: TeamFacts, now: datetime) -> None:
    """Another team follows each of these cases: its thread records that this team is closed."""
    for case_id in await list_open_cases(team.id):
        case = await load_locked_case(case_id)
        if case is not None and team.id in case.recipient_teams:
            change = await write_progress(case, steps.leave(build_progress(case), team.id, now))
            await notifications.notify_agents(EmailKind.STEPPED_OUT, actor, case, now)
            await record_event(
                case, EventKind.TEAM_CLOSED, actor=actor, team_id=None, now=now, other_team=team.id, change=change
            )


async def _leave_closed_cases(team_id: int, now: datetime) -> None:
    """A closed case that is reopened later is not given to a team without members."""
    closed = Case.select(Case.id).where(Case.status == Status.CLOSED, Case.erased_at.is_null())
    await Recipient.update({Recipient.left_at: now, Recipient.taken_by: None}).where(
        Recipient.team == team_id, Recipient.left_at.is_null(), Recipient.case.is_in(closed)
    )


async def empty_and_close_team(team_id: int, now: datetime, *, merged_into: int | None = None) -> None:
    """Removes all members and unused invitations, and writes no audit entry. Call it inside the caller's
    transaction.
    """
    members = await Membership.select(Membership.person).where(Membership.team == team_id)
    await Membership.delete().where(Membership.team == team_id)
    await SetAside.delete().where(SetAside.team == team_id)
    await Invitation.delete().where(Invitation.team == team_id, Invitation.used_at.is_null())
    await index_people(member["person"] for member in members)
    await Team.update({Team.closed_at: now, Team.merged_into: merged_into}).where(Team.id == team_id)
