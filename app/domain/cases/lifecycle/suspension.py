"""Suspends a case whose citizen withdrew their consent by SMS. Source: issue 14, point 24; mandate.md, « By SMS ».

A suspended case keeps its status. Until there is a new mandate, everyone on the case reads it, and nothing is added,
sent or joined; agents and experts may close it. The turn is the agent's, and no answer is late. A new mandate is one
signed on paper, attested by an agent, or the citizen's OUI to the same SMS. A case closed while suspended is not
reopened.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.calendar.time_zones import find_time_zone
from app.domain.case_status import OPEN_STATUSES
from app.domain.cases import notifications
from app.domain.cases.access import load_case_for_action, load_locked_case
from app.domain.cases.change import CaseChange
from app.domain.cases.events import EventKind, is_latest_action, record_event
from app.domain.cases.mandate.mandate import MandateKind
from app.domain.cases.permissions import Action, CaseFacts
from app.domain.cases.progress import steps
from app.domain.cases.progress.rows import build_progress, write_progress
from app.domain.cases.thread.read_receipts import mark_read
from app.domain.email.queue_email import EmailKind
from app.domain.errors import Invalid
from db.encryption import encrypt
from db.engine import transaction
from db.tables.cases import Case
from db.tables.mandates import Mandate

_MANDATE_TOO_OLD = (
    "L’usager a retiré son accord le {:%d/%m/%Y} : ce mandat est d’avant. Saisissez la date d’un mandat signé depuis."
)


async def suspend(case_id: UUID, now: datetime) -> None:
    """Runs in the transaction that records the citizen's reply. An erased or suspended case does not change."""
    case = await load_locked_case(case_id)
    if case is None or case.suspended:
        return
    change: CaseChange = {Case.suspended_at: now}
    if case.status in OPEN_STATUSES:
        change |= await write_progress(case, steps.suspend(build_progress(case)))
        await notifications.notify_everyone(EmailKind.SUSPENDED, case, None, now)
    await record_event(case, EventKind.SUSPENDED, actor=None, team_id=None, now=now, change=change)


async def resume_by_sms(case_id: UUID, now: datetime) -> None:
    """The citizen's last reply counts. Runs in the transaction that records it."""
    case = await load_locked_case(case_id)
    if case is not None and case.suspended:
        await _resume_case(case, None, now)


async def renew_mandate(actor: Actor, case_id: UUID, signed_on: date, now: datetime) -> None:
    """The citizen has signed a paper mandate since. The same form again changes nothing.

    Raises NotFound, Conflict, Invalid.
    """
    async with transaction():
        if await is_latest_action(actor, case_id, EventKind.RESUMED):
            return
        case = await load_case_for_action(actor, case_id, Action.RENEW_MANDATE)
        _check_signed_since(case, signed_on)
        await Mandate.update(_build_paper_mandate(actor, case_id, signed_on, now)).where(Mandate.case == case_id)
        await mark_read(actor, case_id, await _resume_case(case, actor, now), now)


def _check_signed_since(case: CaseFacts, signed_on: date) -> None:
    """A paper older than the citizen's « STOP » is no new consent. Days are those of the case's area."""
    assert case.suspended_at is not None
    since = case.suspended_at.astimezone(find_time_zone(case.area)).date()
    if signed_on < since:
        raise Invalid(signature=_MANDATE_TOO_OLD.format(since))


def _build_paper_mandate(actor: Actor, case_id: UUID, signed_on: date, now: datetime) -> dict[Any, Any]:
    return {
        Mandate.kind: MandateKind.PAPER,
        Mandate.signed_on: signed_on,
        Mandate.reason: encrypt(Mandate.reason, case_id, ""),
        Mandate.attested_by: actor.id,
        Mandate.attested_at: now,
    }


async def _resume_case(case: CaseFacts, actor: Actor | None, now: datetime) -> int:
    change: CaseChange = {Case.suspended_at: None}
    if case.status in OPEN_STATUSES:
        change |= await write_progress(case, steps.resume(build_progress(case), now, case.area))
        await notifications.notify_everyone(EmailKind.RESUMED, case, actor, now)
    team = case.team_id if actor else None
    return await record_event(case, EventKind.RESUMED, actor=actor, team_id=team, now=now, change=change)
