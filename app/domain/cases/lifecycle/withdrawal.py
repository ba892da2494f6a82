"""Withdrawing a case that nobody opened yet. Source: features.md N14."""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.access import case_for
from app.domain.cases.events import EventKind, did_last, record
from app.domain.cases.lifecycle.closure import Outcome, settle
from app.domain.cases.permissions import Action
from app.domain.cases.thread.read_receipts import mark_read
from db.engine import transaction
from db.tables import Recipient


async def withdraw(actor: Actor, case_id: UUID, now: datetime) -> None:
    """Nouvelle becomes Clôturée, and no organisation receives it any more: letters on their way are cancelled.

    It cannot be reopened: what was right in it is for a new case. The same post again changes nothing.
    Raises NotFound, Refused, Conflict (just opened).
    """
    async with transaction():
        if await did_last(actor, case_id, EventKind.WITHDRAWN):
            return
        case = await case_for(actor, case_id, Action.WITHDRAW)
        change = settle(case, Outcome.WITHDRAWN, actor, now)
        await Recipient.delete().where(Recipient.case == case_id)
        event_id = await record(case, EventKind.WITHDRAWN, actor=actor, team_id=case.team_id, now=now, change=change)
        await mark_read(actor, case_id, event_id, now)
