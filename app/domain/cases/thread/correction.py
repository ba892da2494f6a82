"""Second thoughts: correcting or withdrawing a message that the other side has not read. Source: features.md N14.

An answer (« C’est traité », « Non pertinente ») and a message between referents too: of the latter, the other side is
the other referents. The thread says so to the people who may read the line, and to no one else.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.access import case_for, visible_case
from app.domain.cases.change import CaseChange
from app.domain.cases.events import EventKind, record
from app.domain.cases.inbox.search_index import read_search_text
from app.domain.cases.lifecycle.opening import open_to
from app.domain.cases.permissions import Action, CaseFacts
from app.domain.cases.thread.answers import check_procedure
from app.domain.cases.thread.entries import Entry, entries_of, entries_since
from app.domain.cases.thread.posting import speaking_team
from app.domain.cases.thread.readers import changeable, readers, readers_of
from app.domain.cases.thread.undo_message import undo
from app.domain.errors import Conflict, Invalid, NotFound
from db.batch import together
from db.engine import transaction
from db.tables import Message

_READ = "Ce message vient d’être lu : il ne peut plus être changé. Écrivez-en un nouveau pour le préciser."


async def correct(actor: Actor, case_id: UUID, message_id: int, body: str, now: datetime) -> None:
    """The message says that it was corrected. Raises Invalid, NotFound, Conflict (read meanwhile, closed)."""
    async with transaction():
        case = await case_for(actor, case_id, Action.WRITE)
        line = await _unread(actor, case, message_id)
        _check_words(line.kind, body)
        change = await _change(case, message_id, {Message.body: body, Message.corrected_at: now})
        await _tell(actor, case, EventKind.CORRECTED, line, now, change)


def _check_words(kind: EventKind, body: str) -> None:
    if kind == EventKind.IRRELEVANT:
        check_procedure(body)
    if not body:
        raise Invalid(message="Écrivez le message, ou retirez-le.")


async def withdraw_message(actor: Actor, case_id: UUID, message_id: int, now: datetime) -> None:
    """Its words and its files are gone, and what it set in motion is undone; the thread says that it was withdrawn.

    Raises NotFound, Conflict (read meanwhile, closed).
    """
    async with transaction():
        case = await case_for(actor, case_id, Action.WRITE)
        line = await _unread(actor, case, message_id)
        change = await _change(case, message_id, {Message.body: "", Message.withdrawn_at: now})
        change |= await undo(case, message_id, now, internal=line.apart)
        await _tell(actor, case, EventKind.RETRACTED, line, now, change)


async def _change(case: CaseFacts, message_id: int, values: dict[Any, Any]) -> CaseChange:
    """The message; what the case is found by from then on."""
    await Message.update(values).where(Message.id == message_id)
    return await read_search_text(case.id)


async def _tell(actor: Actor, case: CaseFacts, kind: EventKind, line: Entry, now: datetime, change: CaseChange) -> None:
    await record(
        case,
        kind,
        actor=actor,
        team_id=speaking_team(actor, case),
        now=now,
        message_id=line.message_id,
        audience=line.audience,
        change=change,
    )


async def _unread(actor: Actor, case: CaseFacts, message_id: int) -> Entry:
    """The line of the actor's own message. Raises NotFound, Conflict."""
    found = await together(entries=entries_since(actor, case, 0), readers=readers(case))
    entries = entries_of(found["entries"])
    mine = {
        entry.message_id: entry
        for entry in entries
        if entry.author_id == actor.id and entry.is_message and not entry.withdrawn
    }
    if message_id not in mine:
        raise NotFound("Ce message n’existe pas, ou n’est pas de vous.")
    if message_id not in changeable(actor, case, entries, readers_of(found["readers"])):
        raise Conflict(_READ)
    return mine[message_id]


async def own_message(actor: Actor, case_id: UUID, message_id: int, now: datetime) -> str:
    """Its words, for changing them. Raises NotFound, Conflict (read meanwhile)."""
    case = await visible_case(actor, case_id)
    line = await _unread(actor, case, message_id)
    await open_to(actor, case, now)
    return line.body
