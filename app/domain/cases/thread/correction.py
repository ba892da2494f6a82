"""Corrects or withdraws a message that the other side has not read. Source: features.md N14.

Answers (« C’est traité », « Non pertinente ») and notes too. For an internal note, the other side is the other
referents; for a note of one team, the others of the team. The thread shows the change to the people who may read the
line, and to no one else.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_case_for_action, load_visible_case
from app.domain.cases.change import CaseChange
from app.domain.cases.events import EventKind, record_event
from app.domain.cases.lifecycle.opening import open_case
from app.domain.cases.permissions import Action, CaseFacts
from app.domain.cases.search.text import rebuild_search_text
from app.domain.cases.thread.answers import check_procedure
from app.domain.cases.thread.entries import Entry, build_entries_since_query, decode_entries
from app.domain.cases.thread.mentions import find_mentions, notify_mentions
from app.domain.cases.thread.posting import find_actor_team
from app.domain.cases.thread.readers import build_readers_query, decode_readers, list_editable_messages
from app.domain.cases.thread.team_notes import record_note_event
from app.domain.cases.thread.undo_message import undo_message
from app.domain.errors import Conflict, Invalid, NotFound
from db.batch import fetch_batch
from db.engine import transaction
from db.tables.attachments import Attachment
from db.tables.thread import Message

_ALREADY_READ = "Ce message vient d’être lu : il ne peut plus être changé. Écrivez-en un nouveau pour le préciser."


async def correct(actor: Actor, case_id: UUID, message_id: int, body: str, now: datetime) -> None:
    """The message shows that it was corrected. Raises Invalid, NotFound, Conflict (read meanwhile, closed)."""
    async with transaction():
        case = await load_case_for_action(actor, case_id, Action.WRITE)
        line = await _load_editable_entry(actor, case, message_id)
        await _check_body(line, body)
        before, after = [await find_mentions(actor, case, line.readership, text) for text in (line.body, body)]
        values = {Message.body: body, Message.mentions: "\n".join(after.names), Message.corrected_at: now}
        change = await _update_message(case, message_id, values)
        await notify_mentions(case, after.people - before.people, message_id, now)
        await _record_change(actor, case, EventKind.CORRECTED, line, now, change)


async def _check_body(line: Entry, body: str) -> None:
    """A message with files may lose all of its words."""
    if line.kind == EventKind.IRRELEVANT:
        check_procedure(body)
    if not body and not await Attachment.exists().where(Attachment.message == line.message_id):
        raise Invalid(message="Écrivez le message, ou retirez-le.")


async def withdraw_message(actor: Actor, case_id: UUID, message_id: int, now: datetime) -> None:
    """Deletes the text and the attachments, and undoes the message's effects. The thread shows that it was withdrawn.

    Raises NotFound, Conflict (read meanwhile, closed).
    """
    async with transaction():
        case = await load_case_for_action(actor, case_id, Action.WRITE)
        line = await _load_editable_entry(actor, case, message_id)
        change = await _update_message(
            case, message_id, {Message.body: "", Message.mentions: "", Message.withdrawn_at: now}
        )
        change |= await undo_message(case, message_id, now, line.readership)
        await _record_change(actor, case, EventKind.RETRACTED, line, now, change)


async def _update_message(case: CaseFacts, message_id: int, values: dict[Any, Any]) -> CaseChange:
    """Returns the case's new search text."""
    await Message.update(values).where(Message.id == message_id)
    return await rebuild_search_text(case.id)


async def _record_change(
    actor: Actor, case: CaseFacts, kind: EventKind, line: Entry, now: datetime, change: CaseChange
) -> None:
    team_id = find_actor_team(actor, case)
    if line.reader_team:
        await record_note_event(case, kind, actor, team_id, line.readership, line.message_id, now)
        return
    await record_event(
        case,
        kind,
        actor=actor,
        team_id=team_id,
        now=now,
        message_id=line.message_id,
        readership=line.readership,
        change=change,
    )


async def _load_editable_entry(actor: Actor, case: CaseFacts, message_id: int) -> Entry:
    """Raises NotFound if it is not the actor's message, Conflict if it was read."""
    found = await fetch_batch(entries=build_entries_since_query(actor, case, 0), readers=build_readers_query(case))
    entries = decode_entries(found["entries"])
    mine = {
        entry.message_id: entry
        for entry in entries
        if entry.author_id == actor.id and entry.is_message and not entry.withdrawn
    }
    if message_id not in mine:
        raise NotFound("Ce message n’existe pas, ou n’est pas de vous.")
    if message_id not in list_editable_messages(actor, case, entries, decode_readers(found["readers"])):
        raise Conflict(_ALREADY_READ)
    return mine[message_id]


async def load_own_message(actor: Actor, case_id: UUID, message_id: int, now: datetime) -> str:
    """The text of the actor's message, to be edited. Raises NotFound, Conflict (read meanwhile)."""
    case = await load_visible_case(actor, case_id)
    line = await _load_editable_entry(actor, case, message_id)
    await open_case(actor, case, now)
    return line.body
