"""The folded text by which a case is found: its subject, its description and its messages, in clear."""

from typing import Any
from uuid import UUID

from app.domain.audience import Audience
from app.domain.cases.change import CaseChange
from db.search import fold_text
from db.tables.cases import Case
from db.tables.thread import Message


async def rebuild_search_text(case_id: UUID) -> CaseChange:
    """Computed again without withdrawn or replaced text. Posting a message only appends. team_notes.py has a team's."""
    row = await Case.select(Case.subject, Case.description).where(Case.id == case_id).first()
    messages = await (
        Message.select(Message.body, Message.audience)
        .where(Message.case == case_id, Message.withdrawn_at.is_null())
        .order_by(Message.id)
    )
    said = {audience: _join_messages(messages, audience) for audience in (Audience.ALL, Audience.INTERNAL)}
    described = fold_text(" ".join((row or {}).values()))
    return {Case.search_text: described + said[Audience.ALL], Case.search_internal: said[Audience.INTERNAL]}


def _join_messages(messages: list[dict[str, Any]], audience: Audience) -> str:
    return "".join(f" {fold_text(message['body'])}" for message in messages if message["audience"] == audience)
