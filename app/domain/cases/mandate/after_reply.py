"""What follows an answer to a text. Source: mandate.md, « By SMS »; issue 14, point 24.

| the answer | before the case is sent                              | afterwards                         |
|------------|------------------------------------------------------|------------------------------------|
| OUI        | the mandate is given                                 | a case that is suspended goes on   |
| NON, STOP  | the mandate is refused                               | the case is suspended              |
| neither    | one text, once for each request, asks for OUI or NON | nothing                            |

An answer to a text that another has replaced, to another number most often, changes nothing.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from app.domain.audit.log import write_audit
from app.domain.case_status import Status
from app.domain.cases.lifecycle.suspension import resume_by_text, suspend
from app.domain.cases.mandate.mandate import MandateKind, mandate_of
from app.domain.cases.mandate.replies import Meaning, meaning_of
from app.domain.cases.mandate.request_by_sms import PAUSE, may_ask_again, write_text
from app.domain.cases.mandate.sms_outbox import sms_queued
from app.domain.cases.mandate.sms_thread import HeldText, TextState
from db.engine import on_commit
from db.tables import Mandate, Sms

ASKED_AGAIN = "Votre réponse n'est pas claire. Répondez seulement OUI pour donner votre accord, ou NON pour le refuser."


async def follow(text_id: UUID, answer: str, now: datetime) -> None:
    """Inside the transaction of the answer, which is kept already."""
    case = await _case_of(text_id)
    mandate = await mandate_of(case["id"])
    if mandate is None or mandate.text is None or mandate.text.id != text_id:
        return
    meaning = meaning_of(answer)
    if case["status"] == Status.DRAFT:
        await _follow_before_sending(case["id"], mandate.text, meaning, now)
    elif meaning == Meaning.NO:
        await suspend(case["id"], now)
    elif meaning == Meaning.YES and mandate.kind == MandateKind.SMS:
        await resume_by_text(case["id"], now)


async def _case_of(text_id: UUID) -> dict[str, Any]:
    row = (
        await Sms.select(Sms.case.id.as_alias("id"), Sms.case.status.as_alias("status"))
        .where(Sms.id == text_id)
        .first()
    )
    assert row is not None
    return dict(row)


async def _follow_before_sending(case_id: UUID, text: HeldText, meaning: Meaning, now: datetime) -> None:
    if meaning != Meaning.UNCLEAR:
        await Sms.update({Sms.state: TextState.FAILED}).where(Sms.about == text.id, Sms.state == TextState.WAITING)
    elif text.meaning == Meaning.UNCLEAR and not await Sms.exists().where(Sms.about == text.id):
        await _ask_again(case_id, text, now)


async def _ask_again(case_id: UUID, text: HeldText, now: datetime) -> None:
    """Counted with the texts of the agent who asked; none leaves once they have sent the day's."""
    row = await Mandate.select(Mandate.attested_by).where(Mandate.case == case_id).first()
    assert row is not None
    due_at = max(now, (text.sent_at or now) + PAUSE)
    if not await may_ask_again(row["attested_by"], text.phone, due_at, now):
        return
    await write_text(uuid4(), case_id, text.phone, ASKED_AGAIN, now, due_at=due_at, about=text.id)
    await write_audit("mandate.asked_again", now=now, person_id=row["attested_by"], case_id=case_id)
    on_commit(sms_queued.send)
