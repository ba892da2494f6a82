"""Posts messages in the thread of a case."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor, Side
from app.domain.audience import Audience
from app.domain.case_status import Step, compute_next_status
from app.domain.cases import notifications
from app.domain.cases.access import check_allowed, is_message_posted, load_visible_case
from app.domain.cases.attachments.publish import publish_with_message
from app.domain.cases.change import CaseChange
from app.domain.cases.events import EventKind, record_event
from app.domain.cases.lifecycle.lateness import build_answer_deadline, build_no_deadline
from app.domain.cases.permissions import Action, CaseFacts, find_side
from app.domain.cases.thread.message_draft import delete_sent_draft
from app.domain.cases.thread.read_receipts import mark_read
from app.domain.errors import Invalid
from db.engine import transaction
from db.search import fold_text
from db.tables.cases import Case
from db.tables.thread import Message

MESSAGE_LENGTH = 5000


async def post_message(
    actor: Actor,
    case_id: UUID,
    body: str,
    *,
    key: str,
    now: datetime,
    kind: EventKind = EventKind.MESSAGE,
    attachments: Sequence[UUID] = (),
) -> None:
    """Adds a message that everyone on the case may read. A referent's message makes the case Répondue.

    kind is MESSAGE, or the answer that the message carries (answers.py). The same key again changes nothing: a form
    sent twice counts once, even after the case was closed. Raises Invalid, NotFound, Conflict (closed meanwhile),
    Forbidden.
    """
    if not body:
        raise Invalid(message="Écrivez votre message avant de l’envoyer.")
    async with transaction():
        case = await load_visible_case(actor, case_id, locked=True)
        if not await is_message_posted(actor, case_id, key):
            check_allowed(actor, case, Action.WRITE if kind == EventKind.MESSAGE else Action.ANSWER)
            await _add_message(actor, case, body, key, kind, now, attachments)


async def _add_message(
    actor: Actor, case: CaseFacts, body: str, key: str, kind: EventKind, now: datetime, attachments: Sequence[UUID]
) -> None:
    side = find_side(actor, case)
    message_id = await insert_message(actor, case, body, key, Audience.ALL, now, attachments)
    change = {
        **(_build_answer_change(case) if side == Side.REFERENT else _build_question_change(case, now)),
        Case.handled_at: now if kind == EventKind.HANDLED else None,
        Case.search_text: Case.search_text + f" {fold_text(body)}",
    }
    await notifications.notify_message(actor, case, side, now)
    team_id = find_actor_team(actor, case)
    event_id = await record_event(
        case, kind, actor=actor, team_id=team_id, now=now, message_id=message_id, change=change
    )
    await mark_read(actor, case.id, event_id, now)


def _build_answer_change(case: CaseFacts) -> CaseChange:
    status = compute_next_status(case.status, Step.ANSWERED)
    return {Case.status: status, Case.next_side: Side.AGENT, **build_no_deadline()}


def _build_question_change(case: CaseFacts, now: datetime) -> CaseChange:
    return {Case.next_side: Side.REFERENT, **build_answer_deadline(case, case.status, now)}


async def insert_message(
    actor: Actor,
    case: CaseFacts,
    body: str,
    key: str,
    audience: Audience,
    now: datetime,
    attachments: Sequence[UUID] = (),
) -> int:
    """Returns the id of the message. Publishes its attachments and deletes its draft; the caller records its event."""
    message = Message(
        case=case.id,
        author=actor.id,
        team=find_actor_team(actor, case),
        audience=audience,
        body=body,
        posted_at=now,
        key=key,
    )
    message_id = int((await Message.insert(message).returning(Message.id))[0]["id"])
    await publish_with_message(actor, case.id, message_id, attachments, audience, now)
    await delete_sent_draft(case.id, actor.id, key)
    return message_id


def find_actor_team(actor: Actor, case: CaseFacts) -> int | None:
    """The team in whose name the actor writes on this case; None for an expert."""
    teams = [case.team_id] if find_side(actor, case) == Side.AGENT else list(case.recipient_teams)
    seat = actor.find_seat(teams)
    return seat.team_id if seat else None
