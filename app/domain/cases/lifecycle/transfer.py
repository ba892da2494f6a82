"""« Transférer »: the competent team joins, the referent's steps out. Source: fiche-referent.md; features.md S4, W1."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases import notifications
from app.domain.cases.access import load_case_for_action
from app.domain.cases.events import EventKind, record_event
from app.domain.cases.lifecycle.joining import JoinableTeam, list_joinable_teams, load_chosen_team
from app.domain.cases.lifecycle.leaving_team import choose_leaving_team, is_repeated_departure
from app.domain.cases.permissions import Action, CaseFacts
from app.domain.cases.progress import steps
from app.domain.cases.progress.rows import build_progress, write_progress
from app.domain.cases.thread.posting import find_recipient_team
from app.domain.email.queue_email import EmailKind
from app.domain.errors import Invalid
from db.engine import transaction


async def transfer(
    actor: Actor, case_id: UUID, team_id: int | None, reason: str, now: datetime, *, named: int | None = None
) -> None:
    """The new team has the turn, and reads the internal notes too. A team that is there already gets the turn.

    named: the leaving team that the form showed. The same form again changes nothing. Raises Invalid without a team or
    a reason, NotFound, Forbidden, Conflict (closed, the named team is out already).
    """
    async with transaction():
        if await is_repeated_departure(actor, case_id, EventKind.TRANSFERRED, about=reason, other_team=team_id):
            return
        case = await load_case_for_action(actor, case_id, Action.ANSWER)
        leaving = choose_leaving_team(actor, case, named)
        chosen = await _check_chosen_team(case, leaving, team_id)
        if not reason:
            raise Invalid(motif="Dites en quelques mots pourquoi cette équipe est compétente.")
        joined = steps.join(build_progress(case), chosen, now, case.area)
        change = await write_progress(case, steps.leave(joined, leaving, now))
        await notifications.notify_joining_teams(actor, case, frozenset({chosen}), EmailKind.TRANSFERRED, now)
        await notifications.notify_agents(EmailKind.MOVED, actor, case, now)
        await record_event(
            replace(case, teams=joined.teams),
            EventKind.TRANSFERRED,
            actor=actor,
            team_id=leaving,
            now=now,
            about=reason,
            other_team=chosen,
            change=change,
        )


async def _check_chosen_team(case: CaseFacts, leaving: int, team_id: int | None) -> int:
    """A team that can join, or one that is on the case beside the leaving one. Raises Invalid."""
    if team_id in case.recipient_teams - {leaving}:
        return team_id
    return (await load_chosen_team(case, team_id)).id


async def list_transfer_choices(actor: Actor, case: CaseFacts) -> list[JoinableTeam]:
    """The teams that can join, and those that are on the case beside the actor's, by name."""
    leaving = find_recipient_team(actor, case)
    return await list_joinable_teams(case, beside=case.recipient_teams - {leaving})
