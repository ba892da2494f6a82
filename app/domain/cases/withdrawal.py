"""Withdrawing a case that nobody opened yet. Source: features.md N14."""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.closure import Outcome
from app.domain.cases.events import EventKind, move, record
from app.domain.cases.facts import case_for
from app.domain.cases.lateness import stop_waiting
from app.domain.cases.reading import mark_read
from app.domain.cases.statuses import Step
from app.domain.permissions import Action
from db.engine import transaction
from db.tables import Case, Recipient


async def withdraw(actor: Actor, case_id: UUID, now: datetime) -> None:
    """Nouvelle becomes Clôturée, and no organisation receives it any more: letters on their way are cancelled.

    It cannot be reopened: what was right in it is for a new case. Raises NotFound, Refused, Conflict (just opened).
    """
    async with transaction():
        case = await case_for(actor, case_id, Action.WITHDRAW)
        await move(case, Step.CLOSED)
        await Case.update(
            {
                Case.status_before_closing: case.status,
                Case.closed_at: now,
                Case.closed_by: actor.id,
                Case.outcome: Outcome.WITHDRAWN,
                Case.next_side: "",
            }
        ).where(Case.id == case_id)
        await stop_waiting(case_id)
        await Recipient.delete().where(Recipient.case == case_id)
        event_id = await record(case, EventKind.WITHDRAWN, actor=actor, team_id=case.team_id, now=now)
        await mark_read(actor, case_id, event_id, now)
