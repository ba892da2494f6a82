"""Takes away a message or a file that was put in the wrong case, after it was read. Source: issue 17, 2.

Its author does it alone. Any other reader of the line asks, and a second one confirms: until then it stays. The text
and the files are deleted. What the message had changed on the case stays: « C’est traité » was said, and a turn was
answered. The thread has a line in its place. An open, a suspended and a closed case are alike.

No email is sent: the line of a request makes the case unread in the lists of those who may read it.
"""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_readable_case
from app.domain.cases.change import CaseChange
from app.domain.cases.events import EventKind, is_latest_action, record_event
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.search.text import rebuild_search_text
from app.domain.cases.thread.posting import find_actor_team
from app.domain.cases.thread.removals import PendingRemoval, Removals, RemovalTarget, TargetKey, load_removals
from app.domain.cases.thread.team_notes import record_note_event
from app.domain.cases.thread.undo_message import remove_message_traces
from app.domain.errors import Conflict, Forbidden, Invalid
from app.domain.files.removal import remove_attachments
from db.engine import transaction
from db.tables.attachments import Attachment
from db.tables.removal_requests import RemovalRequest
from db.tables.thread import Message

REASON_LENGTH = 500
_NO_REASON = "Dites en quelques mots pourquoi il faut le retirer."
_GONE = "Ce message ou cette pièce n’est plus là : le retrait est peut-être déjà fait. Rien n’a changé."
_ASKED = "Une personne a déjà demandé ce retrait : confirmez-le, ou écartez-le, en haut de cette page."
_NOT_READ_YET = (
    "Ses destinataires ne l’ont pas encore lu : « Corriger ou retirer », sous le message, le retire avec ses effets."
)
_DECIDED = "Ce retrait est déjà fait, ou n’est plus demandé. Rien n’a changé."
_SECOND_PERSON = "Vous avez demandé ce retrait : une autre personne qui lit cette ligne doit le confirmer."


async def request_removal(actor: Actor, case_id: UUID, key: TargetKey, reason: str, now: datetime) -> bool:
    """Takes away what is the actor's own; asks for what is another's. Returns whether it was taken away.

    The same form again changes nothing. Raises Invalid, NotFound, AccessEnded, Conflict (gone, asked for meanwhile, or
    not read yet).
    """
    if not reason:
        raise Invalid(motif=_NO_REASON)
    async with transaction():
        case, found = await _load_removals(actor, case_id)
        target = found.targets.get(key)
        if target is None:
            return await _check_repeated(actor, case_id, reason)
        asked = found.find_request(key)
        if target.withdrawable and not asked:
            raise Conflict(_NOT_READ_YET)
        if target.own:
            await _remove(actor, case, target, reason, now)
            return True
        await _ask(actor, case, target, asked, reason, now)
        return False


async def accept_removal(actor: Actor, case_id: UUID, request_id: int, now: datetime) -> None:
    """Of two people at once, the second changes nothing.

    Raises NotFound, AccessEnded, Conflict (decided meanwhile), Forbidden to the person who asked.
    """
    async with transaction():
        case, found = await _load_removals(actor, case_id)
        asked = _find_pending(found, request_id)
        if asked.asked_by == actor.id:
            raise Forbidden(_SECOND_PERSON)
        await _remove(actor, case, asked.target, asked.reason, now, asked_by=asked.asked_by)


async def refuse_removal(actor: Actor, case_id: UUID, request_id: int, now: datetime) -> None:
    """By any reader of the line, the one who asked too. Raises NotFound, AccessEnded, Conflict (decided meanwhile)."""
    async with transaction():
        case, found = await _load_removals(actor, case_id)
        asked = _find_pending(found, request_id)
        await RemovalRequest.delete().where(RemovalRequest.id == request_id)
        await _record_line(actor, case, EventKind.REMOVAL_REFUSED, asked.target, now)


async def _load_removals(actor: Actor, case_id: UUID) -> tuple[CaseFacts, Removals]:
    """With the case locked: two people at once see each other's change."""
    case = await load_readable_case(actor, case_id, locked=True)
    return case, await load_removals(actor, case)


def _find_pending(found: Removals, request_id: int) -> PendingRemoval:
    if request_id not in found.pending:
        raise Conflict(_DECIDED)
    return found.pending[request_id]


async def _check_repeated(actor: Actor, case_id: UUID, reason: str) -> bool:
    """Whether the actor has just taken it away. Raises Conflict in the same words for what they may not read."""
    for kind in (EventKind.TAKEN_AWAY, EventKind.FILE_REMOVED):
        for was_read in (True, False):
            if await is_latest_action(actor, case_id, kind, about=_describe(reason, was_read=was_read)):
                return True
    raise Conflict(_GONE)


async def _ask(
    actor: Actor, case: CaseFacts, target: RemovalTarget, asked: PendingRemoval | None, reason: str, now: datetime
) -> None:
    if asked and asked.asked_by == actor.id:
        return
    if asked:
        raise Conflict(_ASKED)
    message, file = (None, target.key) if target.is_file else (target.key, None)
    await RemovalRequest.insert(
        RemovalRequest(case=case.id, message=message, attachment=file, asked_by=actor.id, asked_at=now, reason=reason)
    )
    await _record_line(actor, case, EventKind.REMOVAL_ASKED, target, now, about=reason)


async def _remove(
    actor: Actor, case: CaseFacts, target: RemovalTarget, reason: str, now: datetime, *, asked_by: int | None = None
) -> None:
    change: CaseChange = {}
    if target.is_file:
        await remove_attachments(Attachment.id == target.key)
    else:
        change = await _remove_message(case, target, now)
    kind = EventKind.FILE_REMOVED if target.is_file else EventKind.TAKEN_AWAY
    about = _describe(reason, was_read=target.was_read or asked_by is not None)
    await _record_line(actor, case, kind, target, now, about=about, other_person=asked_by, change=change)


async def _remove_message(case: CaseFacts, target: RemovalTarget, now: datetime) -> CaseChange:
    """Its files go with it, and what was asked about them."""
    assert target.message_id is not None
    await RemovalRequest.delete().where(RemovalRequest.message == target.message_id)
    await Message.update({Message.body: "", Message.mentions: "", Message.taken_away_at: now}).where(
        Message.id == target.message_id
    )
    await remove_message_traces(case, target.message_id, now, target.readership)
    return await rebuild_search_text(case.id)


def _describe(reason: str, *, was_read: bool) -> str:
    return f"Avait été lu. Motif : {reason}" if was_read else f"Motif : {reason}"


async def _record_line(
    actor: Actor,
    case: CaseFacts,
    kind: EventKind,
    target: RemovalTarget,
    now: datetime,
    *,
    about: str = "",
    other_person: int | None = None,
    change: CaseChange | None = None,
) -> None:
    """For the readers of the message or of the file, and for no other."""
    team_id, readership = find_actor_team(actor, case), target.readership
    if readership.team:
        await record_note_event(
            case, kind, actor, team_id, readership, target.message_id, now, about=about, other_person=other_person
        )
        return
    await record_event(
        case,
        kind,
        actor=actor,
        team_id=team_id,
        now=now,
        message_id=target.message_id,
        readership=readership,
        about=about,
        other_person=other_person,
        change=change,
    )
