"""Reads the SMS of a case and their replies, in order. Only the last SMS can authorise. Source: mandate.md."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from piccolo.columns.combination import Where

from app.domain.cases.mandate.phone_numbers import parse_mobile
from app.domain.cases.mandate.replies import Reply, ReplyMeaning, find_decisive_reply
from app.domain.errors import Invalid
from db.batch import BatchQuery, BoundQuery, Row, parse_timestamp
from db.encryption import compute_search_tokens, decrypt
from db.tables.sms import Sms, SmsReply

PHONE_TOKEN_PURPOSE = "telephone numbers"  # noqa: S105 # nosec B105


class SmsState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True)
class MandateSms:
    """One SMS to a citizen. replies: the oldest first."""

    id: UUID
    phone: str
    body: str
    state: SmsState
    written_at: datetime
    sent_at: datetime | None
    replies: tuple[Reply, ...]

    @property
    def decisive_reply(self) -> Reply | None:
        return find_decisive_reply(self.replies)

    @property
    def meaning(self) -> ReplyMeaning:
        return self.decisive_reply.meaning if self.decisive_reply else ReplyMeaning.PENDING

    @property
    def awaits_reply(self) -> bool:
        """Whether a reply may still turn it into a mandate."""
        return self.state != SmsState.FAILED and self.meaning != ReplyMeaning.YES


def build_phone_condition(number: str) -> Where:
    """Matches the SMS to a number in E.164, by its phone token under any key of the settings."""
    return Sms.phone_token.is_in(compute_search_tokens(PHONE_TOKEN_PURPOSE, number))


_COLUMNS = (Sms.id, Sms.phone, Sms.body, Sms.state, Sms.written_at, Sms.sent_at)
_SMS_QUERY = BatchQuery(
    {name: f"s.{name}" for name in ("id", "phone", "body", "state", "written_at", "sent_at")},
    'sms s WHERE s."case" = {} AND s.original_sms IS NULL ORDER BY s.written_at',
    {"id": UUID, "written_at": parse_timestamp, "sent_at": parse_timestamp},
)
_REPLIES_QUERY = BatchQuery(
    {name: f"r.{name}" for name in ("sms", "reference", "body", "received_at")},
    'sms_reply r JOIN sms s ON s.id = r.sms WHERE s."case" = {} ORDER BY r.id',
    {"sms": UUID, "received_at": parse_timestamp},
)


def build_sms_query(case_id: UUID) -> BoundQuery:
    return _SMS_QUERY.bind(case_id)


def build_replies_query(case_id: UUID) -> BoundQuery:
    return _REPLIES_QUERY.bind(case_id)


async def list_delivered_sms(phone: str, *, limit: int) -> tuple[MandateSms, ...]:
    """For the phone of the demonstration: the latest sent SMS to one number, or to all numbers when phone is empty."""
    query = Sms.select(*_COLUMNS).where(Sms.state == SmsState.SENT).order_by(Sms.sent_at, ascending=False).limit(limit)
    if phone.strip():
        try:
            query = query.where(build_phone_condition(parse_mobile(phone)))
        except Invalid:
            return ()
    rows = await query
    return decode_sms_list(rows, await _load_replies([row["id"] for row in rows]))


def decode_sms_list(rows: list[Row], reply_rows: list[Row]) -> tuple[MandateSms, ...]:
    replies: dict[UUID, list[Reply]] = {row["id"]: [] for row in rows}
    for row in reply_rows:
        body = decrypt(SmsReply.body, row["reference"], row["body"])
        replies[row["sms"]].append(Reply(body, row["received_at"]))
    return tuple(
        MandateSms(
            id=row["id"],
            phone=decrypt(Sms.phone, row["id"], row["phone"]),
            body=decrypt(Sms.body, row["id"], row["body"]),
            state=SmsState(row["state"]),
            written_at=row["written_at"],
            sent_at=row["sent_at"],
            replies=tuple(replies[row["id"]]),
        )
        for row in rows
    )


async def _load_replies(sms_ids: list[UUID]) -> list[Row]:
    if not sms_ids:
        return []
    return list(
        await SmsReply.select(SmsReply.sms, SmsReply.reference, SmsReply.body, SmsReply.received_at)
        .where(SmsReply.sms.is_in(sms_ids))
        .order_by(SmsReply.id)
    )
