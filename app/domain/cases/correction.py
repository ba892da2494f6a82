"""Second thoughts: correcting or withdrawing a message that the other side has not read. Source: features.md N14."""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.attachments.removal import remove_with_message
from app.domain.cases.entries import entries_of, entries_since
from app.domain.cases.events import EventKind, record
from app.domain.cases.facts import case_for, visible_case
from app.domain.cases.opening import open_to
from app.domain.cases.readers import changeable, readers, readers_of
from app.domain.cases.searchable import index_case
from app.domain.cases.thread import speaking_team
from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.permissions import Action, CaseFacts
from db.engine import transaction
from db.tables import Message
from db.together import together

_READ = "Ce message vient d’être lu : il ne peut plus être changé. Écrivez-en un nouveau pour le préciser."


async def correct(actor: Actor, case_id: UUID, message_id: int, body: str, now: datetime) -> None:
    """The message says that it was corrected. Raises Invalid, NotFound, Conflict (read meanwhile, closed)."""
    if not body:
        raise Invalid(message="Écrivez le message, ou retirez-le.")
    async with transaction():
        case = await case_for(actor, case_id, Action.WRITE)
        await _check_unread(actor, case, message_id)
        await _change(case, message_id, body, now, corrected=True)
        await _tell(actor, case, EventKind.CORRECTED, message_id, now)


async def withdraw_message(actor: Actor, case_id: UUID, message_id: int, now: datetime) -> None:
    """Its words and its files are gone; the thread says that a message was withdrawn. Raises NotFound, Conflict."""
    async with transaction():
        case = await case_for(actor, case_id, Action.WRITE)
        await _check_unread(actor, case, message_id)
        await _change(case, message_id, "", now, corrected=False)
        await remove_with_message(message_id)
        await _tell(actor, case, EventKind.RETRACTED, message_id, now)


async def _change(case: CaseFacts, message_id: int, body: str, now: datetime, *, corrected: bool) -> None:
    when = Message.corrected_at if corrected else Message.withdrawn_at
    await Message.update({Message.body: body, when: now}).where(Message.id == message_id)
    await index_case(case.id)


async def _tell(actor: Actor, case: CaseFacts, kind: EventKind, message_id: int, now: datetime) -> None:
    await record(case, kind, actor=actor, team_id=speaking_team(actor, case), now=now, message_id=message_id)


async def _check_unread(actor: Actor, case: CaseFacts, message_id: int) -> str:
    """Its words."""
    found = await together(entries=entries_since(actor, case, 0), readers=readers(case))
    entries = entries_of(found["entries"])
    mine = {
        entry.message_id: entry.body
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
    body = await _check_unread(actor, case, message_id)
    await open_to(actor, case, now)
    return body
