"""What a message form must know before it sends: what it has sent already, and what one's team has written since.

A form is sent again, with more text, when the first response was lost on a weak connection. Its key counts once
(posting.py): the added text is not posted, and must not be lost.
"""

from dataclasses import dataclass
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.accounts.profile import remove_signature
from app.domain.audience import Audience, Readership
from app.domain.cases.events import EventKind
from app.domain.cases.thread.newer_messages import NewerMessage, build_newer_query, load_newer_messages
from db.batch import BatchQuery, Row, fetch_batch


@dataclass(frozen=True)
class SentMessage:
    body: str
    readership: Readership
    kind: EventKind


@dataclass(frozen=True)
class SendingState:
    """sent: what the form of this key has sent already. newer: messages of one's team that it did not show."""

    sent: SentMessage | None
    newer: list[NewerMessage]


_SENT_QUERY = BatchQuery(
    {"body": "m.body", "audience": "e.audience", "team": "m.reader_team", "kind": "e.kind"},
    """event e JOIN message m ON m.id = e.message
    WHERE e."case" = {} AND e.actor = {} AND m.key = {} ORDER BY e.id LIMIT 1""",
    {},
)


async def load_sending_state(actor: Actor, case_id: UUID, key: str, shown: int | None) -> SendingState:
    """shown: the last event that the form showed; None when it is unknown, and then nothing is newer."""
    newer = {} if shown is None else {"newer": build_newer_query(actor, case_id, shown)}
    found = await fetch_batch(sent=_SENT_QUERY.bind(case_id, actor.id, key), **newer)
    if found["sent"]:
        return SendingState(_decode_sent(found["sent"][0]), [])
    return SendingState(None, await load_newer_messages(actor, case_id, found.get("newer", [])))


def _decode_sent(row: Row) -> SentMessage:
    return SentMessage(row["body"], Readership(Audience(row["audience"]), row["team"]), EventKind(row["kind"]))


def extract_unsent_text(sent: SentMessage | None, typed: str, signature: str) -> str:
    """Returns what was typed after the message was sent; empty if there is none, or if no message was sent."""
    return typed.removeprefix(remove_signature(sent.body, signature)).strip() if sent else ""
