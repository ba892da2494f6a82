"""Messages of one's own team that a form did not show when it was drawn. Source: features.md W5.

A person's own messages do not count, nor those of another team.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.audience import Audience, Readership
from app.domain.cases.access import load_readable_case
from app.domain.cases.permissions import Action, list_allowed_actions, may_read
from app.domain.cases.thread.entries import MESSAGE_KINDS
from db.batch import BatchQuery, BoundQuery, Row, parse_timestamp


@dataclass(frozen=True)
class NewerMessage:
    author: str
    at: datetime
    body: str
    readership: Readership


_NEWER_QUERY = BatchQuery(
    {
        "first_name": "a.first_name",
        "last_name": "a.last_name",
        "at": "e.happened_at",
        "body": "m.body",
        "audience": "e.audience",
        "reader_team": "m.reader_team",
    },
    f"""event e JOIN message m ON m.id = e.message JOIN person a ON a.id = e.actor
    WHERE e."case" = {{}} AND e.id > {{}} AND e.actor <> {{}} AND e.kind IN {tuple(map(str, MESSAGE_KINDS))}
    AND e.team IN (SELECT s.team FROM membership s WHERE s.person = {{}})
    AND COALESCE(m.withdrawn_at, m.taken_away_at) IS NULL
    ORDER BY e.id""",  # noqa: S608 # nosec B608
    {"at": parse_timestamp},
)


def build_newer_query(actor: Actor, case_id: UUID, after: int) -> BoundQuery:
    return _NEWER_QUERY.bind(case_id, after, actor.id, actor.id)


async def load_newer_messages(actor: Actor, case_id: UUID, rows: list[Row]) -> list[NewerMessage]:
    """Empty for an actor who may not write: the verb refuses their message with its own words."""
    if not rows:
        return []
    case = await load_readable_case(actor, case_id)
    if Action.WRITE not in list_allowed_actions(actor, case):
        return []
    return [_decode_newer(row) for row in rows if may_read(actor, case, *_decode_readership(row))]


def _decode_readership(row: Row) -> Readership:
    return Readership(Audience(row["audience"]), row["reader_team"])


def _decode_newer(row: dict[str, Any]) -> NewerMessage:
    author = f"{row['first_name']} {row['last_name']}".strip()
    return NewerMessage(author, row["at"], row["body"], _decode_readership(row))
