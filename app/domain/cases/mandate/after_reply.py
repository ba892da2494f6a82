"""Applies a citizen's reply to an SMS. Source: mandate.md, « By SMS »; issue 14, point 24.

| the reply  | before the case is sent                              | afterwards                         |
|------------|------------------------------------------------------|------------------------------------|
| OUI        | the mandate is given                                 | a suspended case resumes           |
| NON, STOP  | the mandate is refused                               | the case is suspended              |
| neither    | one SMS, once for each request, asks for OUI or NON  | nothing                            |

A reply to an SMS that a later one has replaced changes nothing.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from app.domain.audit.log import write_audit
from app.domain.case_status import Status
from app.domain.cases.lifecycle.suspension import resume_by_sms, suspend
from app.domain.cases.mandate.mandate import MandateKind, load_mandate
from app.domain.cases.mandate.replies import ReplyMeaning, parse_meaning
from app.domain.cases.mandate.request_by_sms import NUMBER_PAUSE, queue_sms, reserve_clarification_sms
from app.domain.cases.mandate.sms_outbox import sms_queued
from app.domain.cases.mandate.sms_thread import MandateSms, SmsState
from db.engine import on_commit
from db.tables.mandates import Mandate
from db.tables.sms import Sms

CLARIFICATION_REQUEST = (
    "Votre réponse n'est pas claire. Répondez seulement OUI pour donner votre accord, ou NON pour le refuser."
)


async def apply_reply(sms_id: UUID, reply: str, now: datetime) -> None:
    """Call it in the transaction that has stored the reply."""
    case = await _load_case(sms_id)
    mandate = await load_mandate(case["id"])
    if mandate is None or mandate.last_sms is None or mandate.last_sms.id != sms_id:
        return
    meaning = parse_meaning(reply)
    if case["status"] == Status.DRAFT:
        await _apply_reply_to_draft(case["id"], mandate.last_sms, meaning, now)
    elif meaning == ReplyMeaning.NO:
        await suspend(case["id"], now)
    elif meaning == ReplyMeaning.YES and mandate.kind == MandateKind.SMS:
        await resume_by_sms(case["id"], now)


async def _load_case(sms_id: UUID) -> dict[str, Any]:
    row = (
        await Sms.select(Sms.case.id.as_alias("id"), Sms.case.status.as_alias("status")).where(Sms.id == sms_id).first()
    )
    assert row is not None
    return dict(row)


async def _apply_reply_to_draft(case_id: UUID, sms: MandateSms, meaning: ReplyMeaning, now: datetime) -> None:
    if meaning != ReplyMeaning.UNCLEAR:
        await Sms.update({Sms.state: SmsState.FAILED}).where(Sms.original_sms == sms.id, Sms.state == SmsState.WAITING)
    elif sms.meaning == ReplyMeaning.UNCLEAR and not await Sms.exists().where(Sms.original_sms == sms.id):
        await _request_clarification(case_id, sms, now)


async def _request_clarification(case_id: UUID, sms: MandateSms, now: datetime) -> None:
    """This SMS counts for the daily limit of the agent who attested; at the limit, it is not sent."""
    row = await Mandate.select(Mandate.attested_by).where(Mandate.case == case_id).first()
    assert row is not None
    due_at = max(now, (sms.sent_at or now) + NUMBER_PAUSE)
    if not await reserve_clarification_sms(row["attested_by"], sms.phone, due_at, now):
        return
    await queue_sms(uuid4(), case_id, sms.phone, CLARIFICATION_REQUEST, now, due_at=due_at, original_sms=sms.id)
    await write_audit("mandate.asked_again", now=now, person_id=row["attested_by"], case_id=case_id)
    on_commit(sms_queued.send)
