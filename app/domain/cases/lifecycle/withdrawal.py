"""Withdraws a case that no referent has opened. Source: features.md N14."""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_case_for_action
from app.domain.cases.events import EventKind, is_latest_action, record_event
from app.domain.cases.lifecycle.closure import Outcome, build_closing_columns
from app.domain.cases.permissions import Action
from app.domain.cases.progress import steps
from app.domain.cases.progress.rows import build_case_columns
from app.domain.cases.progress.steps import CaseProgress
from app.domain.cases.thread.read_receipts import mark_read
from db.engine import transaction
from db.tables.participants import Recipient


async def withdraw(actor: Actor, case_id: UUID, now: datetime) -> None:
    """Nouvelle becomes Clôturée, without recipients; emails that wait are not sent. The case cannot be reopened.

    The same form again changes nothing. Raises NotFound, Forbidden, Conflict (opened meanwhile).
    """
    async with transaction():
        if await is_latest_action(actor, case_id, EventKind.WITHDRAWN):
            return
        case = await load_case_for_action(actor, case_id, Action.WITHDRAW)
        closed = build_case_columns(steps.close(CaseProgress({})))
        change = {**closed, **build_closing_columns(case, Outcome.WITHDRAWN, actor, now)}
        await Recipient.delete().where(Recipient.case == case_id)
        event_id = await record_event(
            case, EventKind.WITHDRAWN, actor=actor, team_id=case.team_id, now=now, change=change
        )
        await mark_read(actor, case_id, event_id, now)
