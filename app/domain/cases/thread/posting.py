"""The conversation of a case: posting a message, and what a person may read of it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor, Side
from app.domain.audience import Audience
from app.domain.case_status import Step, transition
from app.domain.cases import notifications
from app.domain.cases.access import check_allowed, posted_before, visible_case
from app.domain.cases.attachments.publish import post_with_message
from app.domain.cases.change import CaseChange
from app.domain.cases.events import EventKind, record
from app.domain.cases.lifecycle.lateness import stop_waiting, wait_for_answer
from app.domain.cases.permissions import Action, CaseFacts, side_of
from app.domain.cases.thread.message_draft import forget_sent
from app.domain.cases.thread.read_receipts import mark_read
from app.domain.errors import Invalid
from db.engine import transaction
from db.search import fold
from db.tables import Case, Message

MESSAGE_LENGTH = 5000


async def post(
    actor: Actor,
    case_id: UUID,
    body: str,
    *,
    key: str,
    now: datetime,
    kind: EventKind = EventKind.MESSAGE,
    attachments: Sequence[UUID] = (),
) -> None:
    """Adds a message that everyone on the case may read. A referent's makes the case Répondue.

    kind is MESSAGE, or the answer that the message carries (app/domain/cases/thread/answers.py).
    The same key again changes nothing: a repeated send counts once, even after the case was closed.
    Raises Invalid, NotFound, Conflict (closed in the meantime).
    """
    if not body:
        raise Invalid(message="Écrivez votre message avant de l’envoyer.")
    async with transaction():
        case = await visible_case(actor, case_id, locked=True)
        if not await posted_before(actor, case_id, key):
            check_allowed(actor, case, Action.WRITE if kind == EventKind.MESSAGE else Action.ANSWER)
            await _add(actor, case, body, key, kind, now, attachments)


async def _add(
    actor: Actor, case: CaseFacts, body: str, key: str, kind: EventKind, now: datetime, attachments: Sequence[UUID]
) -> None:
    side = side_of(actor, case)
    message_id = await insert_message(actor, case, body, key, Audience.ALL, now, attachments)
    change = {
        **(_answer(case) if side == Side.REFERENT else _ask(case, now)),
        Case.handled_at: now if kind == EventKind.HANDLED else None,
        Case.search_text: Case.search_text + f" {fold(body)}",
    }
    await notifications.tell_message(actor, case, side, now)
    team_id = speaking_team(actor, case)
    event_id = await record(case, kind, actor=actor, team_id=team_id, now=now, message_id=message_id, change=change)
    await mark_read(actor, case.id, event_id, now)


def _answer(case: CaseFacts) -> CaseChange:
    status = transition(case.status, Step.ANSWERED)
    return {Case.status: status, Case.next_side: Side.AGENT, **stop_waiting()}


def _ask(case: CaseFacts, now: datetime) -> CaseChange:
    return {Case.next_side: Side.REFERENT, **wait_for_answer(case, case.status, now)}


async def insert_message(
    actor: Actor,
    case: CaseFacts,
    body: str,
    key: str,
    audience: Audience,
    now: datetime,
    attachments: Sequence[UUID] = (),
) -> int:
    """The id of the row, with its files; its event is the caller's. What was kept while it was typed goes."""
    message = Message(
        case=case.id,
        author=actor.id,
        team=speaking_team(actor, case),
        audience=audience,
        body=body,
        posted_at=now,
        key=key,
    )
    message_id = int((await Message.insert(message).returning(Message.id))[0]["id"])
    await post_with_message(actor, case.id, message_id, attachments, audience, now)
    await forget_sent(case.id, actor.id, key)
    return message_id


def speaking_team(actor: Actor, case: CaseFacts) -> int | None:
    """The team in whose name the actor speaks on this case; none for an expert of the platform."""
    teams = [case.team_id] if side_of(actor, case) == Side.AGENT else list(case.recipient_teams)
    seat = actor.seat_in(teams)
    return seat.team_id if seat else None
