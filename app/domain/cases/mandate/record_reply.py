"""What comes back from a telephone goes to the last text sent to that number, whatever became of its case.

A case's mandate cannot serve another: each text is one case's, and each answer one text's.
"""

from datetime import datetime
from uuid import UUID

from app.domain.cases.mandate.after_reply import follow
from app.domain.cases.mandate.phone_numbers import mobile
from app.domain.cases.mandate.sms_thread import TextState, sent_to
from app.domain.errors import Conflict, Invalid
from app.domain.tokens import digest
from db.encryption import seal
from db.engine import transaction
from db.tables import Sms, SmsAnswer

KEPT = 500
"""Of an answer: three texts long. The rest is cut, and the cut is shown."""


async def receive(reference: str, phone: str, body: str, now: datetime) -> bool:
    """Kept with its text, once for each reference. False when no text of ours was sent to that number.

    Raises Conflict while the only text to it is leaving: the provider says it again.
    """
    try:
        number = mobile(phone)
    except Invalid:
        return False
    async with transaction():
        text = await _last_sent_to(number)
        if text is None:
            return False
        known, words = digest(_readable(reference)), _cut(_readable(body))
        sealed = seal(SmsAnswer.body, known, words)
        answer = SmsAnswer(sms=text, reference=known, body=sealed, received_at=now)
        adding = SmsAnswer.insert(answer).on_conflict(target=SmsAnswer.reference, action="DO NOTHING")
        if await adding.returning(SmsAnswer.id):
            await follow(text, words, now)
    return True


async def _last_sent_to(number: str) -> UUID | None:
    row = await (
        Sms.select(Sms.id, Sms.about)
        .where(sent_to(number), Sms.state == TextState.SENT)
        .order_by(Sms.sent_at, ascending=False)
        .first()
    )
    if row is None and await Sms.exists().where(sent_to(number), Sms.state == TextState.WAITING, Sms.attempts > 0):
        raise Conflict("Le SMS à ce numéro est en train de partir.")
    return (row["about"] or row["id"]) if row else None


def _readable(told: str) -> str:
    """No NUL, no half of a character: what PostgreSQL or UTF-8 would refuse."""
    return told.replace("\0", "").encode("utf-8", "replace").decode().strip()


def _cut(text: str) -> str:
    return text if len(text) <= KEPT else f"{text[: KEPT - 1]}…"
