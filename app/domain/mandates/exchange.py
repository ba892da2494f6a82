"""The texts of a case and what was answered, in their order. The last text alone authorises. Source: mandate.md."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from piccolo.columns.combination import Where

from app.domain.errors import Invalid
from app.domain.mandates.phones import mobile
from app.domain.mandates.replies import Meaning, Reply, decisive
from db.tables import Sms, SmsAnswer
from db.vault import marks, unseal

NUMBERS = "telephone numbers"


class TextState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True)
class HeldText:
    """One text to a citizen. replies: whatever came back, the first first."""

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


async def texts_of(case_id: UUID) -> tuple[HeldText, ...]:
    """Of a case or a draft that the caller has been let into."""
    return await _held(await Sms.select(*_COLUMNS).where(Sms.case == case_id).order_by(Sms.written_at))


async def arrived_at(phone: str, *, most: int) -> tuple[HeldText, ...]:
    """The latest that left, to one telephone or to all: for the demonstration's, which stands for everybody's."""
    query = Sms.select(*_COLUMNS).where(Sms.state == TextState.SENT).order_by(Sms.sent_at, ascending=False).limit(most)
    if phone.strip():
        try:
            query = query.where(sent_to(mobile(phone)))
        except Invalid:
            return ()
    return await _held(await query)


async def _held(rows: list[dict[str, Any]]) -> tuple[HeldText, ...]:
    replies = await _replies([row["id"] for row in rows])
    return tuple(
        HeldText(
            phone=unseal(Sms.phone, row["id"], row["phone"]),
            body=unseal(Sms.body, row["id"], row["body"]),
            state=TextState(row["state"]),
            written_at=row["written_at"],
            sent_at=row["sent_at"],
            replies=tuple(replies[row["id"]]),
        )
        for row in rows
    )


async def _replies(texts: list[UUID]) -> dict[UUID, list[Reply]]:
    found: dict[UUID, list[Reply]] = {text: [] for text in texts}
    if texts:
        rows = await (
            SmsAnswer.select(SmsAnswer.sms, SmsAnswer.reference, SmsAnswer.body, SmsAnswer.received_at)
            .where(SmsAnswer.sms.is_in(texts))
            .order_by(SmsAnswer.id)
        )
        for row in rows:
            found[row["sms"]].append(Reply(unseal(SmsAnswer.body, row["reference"], row["body"]), row["received_at"]))
    return found
