"""Second thoughts: correcting or withdrawing a message that the other side has not read. Source: features.md N14."""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor, Side
from app.domain.attachments.removal import remove_with_message
from app.domain.cases.events import Audience, EventKind, record
from app.domain.cases.facts import case_for, visible_case
from app.domain.cases.searchable import index_case
from app.domain.cases.thread import speaking_team
from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.permissions import Action, CaseFacts, side_of
from db.engine import transaction
from db.tables import Event, Membership, Message, Reading

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


async def _check_unread(actor: Actor, case: CaseFacts, message_id: int) -> None:
    if message_id in await changeable(actor, case):
        return
    mine = await Message.exists().where(
        Message.id == message_id, Message.case == case.id, Message.author == actor.id, Message.withdrawn_at.is_null()
    )
    if not mine:
        raise NotFound("Ce message n’existe pas, ou n’est pas de vous.")
    raise Conflict(_READ)


async def own_message(actor: Actor, case_id: UUID, message_id: int) -> str:
    """Its words, for changing them. Raises NotFound, Conflict (read meanwhile)."""
    case = await visible_case(actor, case_id)
    await _check_unread(actor, case, message_id)
    row = await Message.select(Message.body).where(Message.id == message_id).first()
    return str(row["body"]) if row else ""


async def changeable(actor: Actor, case: CaseFacts) -> frozenset[int]:
    """The actor's own plain messages, for everyone, that nobody of the other side has read."""
    read = await _read_by_others(actor, case)
    rows = await Event.select(Event.message).where(
        Event.case == case.id,
        Event.kind == EventKind.MESSAGE,
        Event.audience == Audience.ALL,
        Event.actor == actor.id,
        Event.id > read,
        Event.message.withdrawn_at.is_null(),
    )
    return frozenset(row["message"] for row in rows)


async def _read_by_others(actor: Actor, case: CaseFacts) -> int:
    """How far anyone outside the actor's side has read: their own team, or every receiving one."""
    teams = [case.team_id] if side_of(actor, case) == Side.AGENT else sorted(case.recipient_teams)
    ours = Membership.select(Membership.person).where(Membership.team.is_in(teams))
    rows = await (
        Reading.select(Reading.last_event)
        .where(Reading.case == case.id, Reading.person.not_in(ours), Reading.person != actor.id)
        .order_by(Reading.last_event, ascending=False)
        .limit(1)
    )
    return int(rows[0]["last_event"]) if rows else 0
