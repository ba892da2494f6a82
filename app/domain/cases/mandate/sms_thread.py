"""The texts of a case and what was answered, in their order. The last text alone authorises. Source: mandate.md."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from piccolo.columns.combination import Where

from app.domain.cases.mandate.phone_numbers import mobile
from app.domain.cases.mandate.replies import Meaning, Reply, decisive
from app.domain.errors import Invalid
from db.batch import Asked, Question, Row, moment
from db.encryption import marks, unseal
from db.tables import Sms, SmsAnswer

NUMBERS = "telephone numbers"


class TextState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True)
class HeldText:
    """One text to a citizen. replies: whatever came back, the first first."""

    id: UUID
    phone: str
    body: str
    state: TextState
    written_at: datetime
    sent_at: datetime | None
    replies: tuple[Reply, ...]

    @property
    def decision(self) -> Reply | None:
        return decisive(self.replies)

    @property
    def meaning(self) -> Meaning:
        return self.decision.meaning if self.decision else Meaning.PENDING

    @property
    def awaited(self) -> bool:
        """Whether an answer may still make it a mandate."""
        return self.state != TextState.FAILED and self.meaning != Meaning.YES


def sent_to(number: str) -> Where:
    """The condition that a text is to this number, in E.164: found by its mark, under any key of the settings."""
    return Sms.number_mark.is_in(marks(NUMBERS, number))


_COLUMNS = (Sms.id, Sms.phone, Sms.body, Sms.state, Sms.written_at, Sms.sent_at)
_TEXTS = Question(
    {name: f"s.{name}" for name in ("id", "phone", "body", "state", "written_at", "sent_at")},
    'sms s WHERE s."case" = {} AND s.about IS NULL ORDER BY s.written_at',
    {"id": UUID, "written_at": moment, "sent_at": moment},
)
_REPLIES = Question(
    {name: f"r.{name}" for name in ("sms", "reference", "body", "received_at")},
    'sms_answer r JOIN sms s ON s.id = r.sms WHERE s."case" = {} ORDER BY r.id',
    {"sms": UUID, "received_at": moment},
)


def texts(case_id: UUID) -> Asked:
    return _TEXTS.about(case_id)


def replies(case_id: UUID) -> Asked:
    return _REPLIES.about(case_id)


async def arrived_at(phone: str, *, most: int) -> tuple[HeldText, ...]:
    """The latest that left, to one telephone or to all: for the demonstration's, which stands for everybody's."""
    query = Sms.select(*_COLUMNS).where(Sms.state == TextState.SENT).order_by(Sms.sent_at, ascending=False).limit(most)
    if phone.strip():
        try:
            query = query.where(sent_to(mobile(phone)))
        except Invalid:
            return ()
    rows = await query
    return texts_from(rows, await _replies([row["id"] for row in rows]))


def texts_from(rows: list[Row], replied: list[Row]) -> tuple[HeldText, ...]:
    replies: dict[UUID, list[Reply]] = {row["id"]: [] for row in rows}
    for row in replied:
        body = unseal(SmsAnswer.body, row["reference"], row["body"])
        replies[row["sms"]].append(Reply(body, row["received_at"]))
    return tuple(
        HeldText(
            id=row["id"],
            phone=unseal(Sms.phone, row["id"], row["phone"]),
            body=unseal(Sms.body, row["id"], row["body"]),
            state=TextState(row["state"]),
            written_at=row["written_at"],
            sent_at=row["sent_at"],
            replies=tuple(replies[row["id"]]),
        )
        for row in rows
    )


async def _replies(texts: list[UUID]) -> list[Row]:
    if not texts:
        return []
    return list(
        await SmsAnswer.select(SmsAnswer.sms, SmsAnswer.reference, SmsAnswer.body, SmsAnswer.received_at)
        .where(SmsAnswer.sms.is_in(texts))
        .order_by(SmsAnswer.id)
    )
