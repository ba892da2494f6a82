"""Records a reply with the last SMS sent to its number, even when the case of that SMS has ended.

A mandate is valid for one case: an SMS belongs to one case, and a reply to one SMS.
"""

from datetime import datetime
from uuid import UUID

from app.domain.cases.mandate.after_reply import apply_reply
from app.domain.cases.mandate.phone_numbers import parse_mobile
from app.domain.cases.mandate.sms_thread import SmsState, build_phone_condition
from app.domain.errors import Conflict, Invalid
from app.domain.tokens import hash_token
from db.encryption import encrypt
from db.engine import transaction
from db.tables.sms import Sms, SmsReply

MAX_REPLY_LENGTH = 500
"""In characters: the length of three SMS. « … » shows that the rest was cut."""


async def record_reply(reference: str, phone: str, body: str, now: datetime) -> bool:
    """Records a reference once. Returns False when no SMS was sent to that number.

    Raises Conflict while the only SMS to that number is being sent: the provider then delivers the reply again.
    """
    try:
        number = parse_mobile(phone)
    except Invalid:
        return False
    async with transaction():
        text = await _find_last_sms(number)
        if text is None:
            return False
        known, words = hash_token(_remove_unstorable(reference)), _truncate(_remove_unstorable(body))
        sealed = encrypt(SmsReply.body, known, words)
        answer = SmsReply(sms=text, reference=known, body=sealed, received_at=now)
        adding = SmsReply.insert(answer).on_conflict(target=SmsReply.reference, action="DO NOTHING")
        if await adding.returning(SmsReply.id):
            await apply_reply(text, words, now)
    return True


async def _find_last_sms(number: str) -> UUID | None:
    row = await (
        Sms.select(Sms.id, Sms.original_sms)
        .where(build_phone_condition(number), Sms.state == SmsState.SENT)
        .order_by(Sms.sent_at, ascending=False)
        .first()
    )
    if row is None and await Sms.exists().where(
        build_phone_condition(number), Sms.state == SmsState.WAITING, Sms.attempts > 0
    ):
        raise Conflict("Le SMS à ce numéro est en train de partir.")
    return (row["original_sms"] or row["id"]) if row else None


def _remove_unstorable(text: str) -> str:
    """PostgreSQL refuses NUL, and UTF-8 refuses half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode().strip()


def _truncate(text: str) -> str:
    return text if len(text) <= MAX_REPLY_LENGTH else f"{text[: MAX_REPLY_LENGTH - 1]}…"
