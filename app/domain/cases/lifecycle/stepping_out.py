"""« Ne plus suivre »: a team steps out of a case by itself, with its reason. Source: features.md W1.

It reads the case no more, and owes nothing, until the agents' side addresses it by name or a referent invites it.
"""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases import notifications
from app.domain.cases.access import load_case_for_action
from app.domain.cases.events import EventKind, record_event
from app.domain.cases.lifecycle.leaving_team import choose_leaving_team, is_repeated_departure
from app.domain.cases.permissions import Action
from app.domain.cases.progress import steps
from app.domain.cases.progress.rows import build_progress, write_progress
from app.domain.email.queue_email import EmailKind
from app.domain.errors import Invalid
from db.engine import transaction


async def step_out(actor: Actor, case_id: UUID, reason: str, now: datetime, *, named: int | None = None) -> None:
    """Once no team is concerned any more, the turn is the agents'. The same form again changes nothing.

    named: the team that the form showed. Raises Invalid without a reason, NotFound, Forbidden, Conflict (closed, the
    named team is out already).
    """
    async with transaction():
        if await is_repeated_departure(actor, case_id, EventKind.STEPPED_OUT, about=reason):
            return
        case = await load_case_for_action(actor, case_id, Action.ANSWER)
        leaving = choose_leaving_team(actor, case, named)
        if not reason:
            raise Invalid(motif="Dites en quelques mots pourquoi votre équipe ne suit plus cette demande.")
        change = await write_progress(case, steps.leave(build_progress(case), leaving, now))
        await notifications.notify_agents(EmailKind.STEPPED_OUT, actor, case, now)
        await record_event(
            case, EventKind.STEPPED_OUT, actor=actor, team_id=leaving, now=now, about=reason, change=change
        )
