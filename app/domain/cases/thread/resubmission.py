"""A message form that is sent again with more text, because the first response was lost on a weak connection.

Its key counts once (posting.py): the added text is not posted, and must not be lost.
"""

from dataclasses import dataclass
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.accounts.profile import remove_signature
from app.domain.audience import Audience
from app.domain.cases.events import EventKind
from db.tables.thread import Event


@dataclass(frozen=True)
class SentMessage:
    body: str
    audience: Audience
    kind: EventKind


async def find_sent_message(actor: Actor, case_id: UUID, key: str) -> SentMessage | None:
    """None if no message was sent by the form of this key."""
    row = await (
        Event.select(Event.message.body.as_alias("body"), Event.audience, Event.kind)
        .where(Event.case == case_id, Event.actor == actor.id, Event.message.key == key)
        .order_by(Event.id)
        .first()
    )
    return SentMessage(row["body"], Audience(row["audience"]), EventKind(row["kind"])) if row else None


def extract_unsent_text(sent: SentMessage | None, typed: str, signature: str) -> str:
    """Returns what was typed after the message was sent; empty if there is none, or if no message was sent."""
    return typed.removeprefix(remove_signature(sent.body, signature)).strip() if sent else ""
