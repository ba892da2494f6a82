"""Posts messages in the thread of a case."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor, Side
from app.domain.audience import TO_ALL, Readership
from app.domain.cases import notifications
from app.domain.cases.access import check_allowed, is_message_posted, load_visible_case
from app.domain.cases.attachments.publish import publish_with_message
from app.domain.cases.events import EventKind, record_event
from app.domain.cases.permissions import Action, CaseFacts, find_side
from app.domain.cases.presence import Typing, announce_typing
from app.domain.cases.progress import steps
from app.domain.cases.progress.rows import build_progress, write_progress
from app.domain.cases.progress.steps import CaseProgress
from app.domain.cases.progress.team import resolve_addressed_teams
from app.domain.cases.thread.addressed_teams import check_addressed_teams, save_addressed_teams
from app.domain.cases.thread.mentions import NO_MENTIONS, Mentions, find_mentions, notify_mentions
from app.domain.cases.thread.message_draft import delete_sent_draft
from app.domain.cases.thread.read_receipts import mark_read
from app.domain.email.queue_email import EmailKind
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
    addressed: Collection[int] = (),
) -> None:
    """Adds a message that everyone on the case may read. A referent's message makes the case Répondue.

    kind is MESSAGE, or the answer that the message carries (answers.py). addressed: the recipient teams that a message
    of the agents' side names, none for all (W2); a referent's message names none. The same key again changes nothing: a
    form sent twice counts once, even after the case was closed. Raises Invalid, NotFound, Conflict (closed meanwhile),
    Forbidden.
    """
    check_content(body, attachments)
    async with transaction():
        case = await load_visible_case(actor, case_id, locked=True)
        if not await is_message_posted(actor, case_id, key):
            check_allowed(actor, case, Action.WRITE if kind == EventKind.MESSAGE else Action.ANSWER)
            if kind != EventKind.MESSAGE or find_side(actor, case) == Side.REFERENT:
                team_id = find_recipient_team(actor, case)
                await _add_answer(actor, case, NewMessage(team_id, body, key, kind, now, attachments))
            else:
                message = NewMessage(find_actor_team(actor, case), body, key, kind, now, attachments)
                await _add_question(actor, case, message, await check_addressed_teams(case, addressed))


def check_content(body: str, attachments: Sequence[UUID]) -> None:
    """A file may be sent without words. Raises Invalid for neither words nor a file."""
    if not (body or attachments):
        raise Invalid(message="Écrivez votre message avant de l’envoyer.")


@dataclass(frozen=True)
class NewMessage:
    """team_id: in whose name it is written. addressed: the teams that it names."""

    team_id: int | None
    body: str
    key: str
    kind: EventKind
    now: datetime
    attachments: Sequence[UUID]
    addressed: frozenset[int] = frozenset()
    mentions: Mentions = NO_MENTIONS


async def _add_answer(actor: Actor, case: CaseFacts, message: NewMessage) -> None:
    """A referent's message ends the turn and the clock of their own team alone."""
    assert message.team_id is not None
    handled, irrelevant = message.kind == EventKind.HANDLED, message.kind == EventKind.IRRELEVANT
    before = build_progress(case)
    after = steps.answer(before, message.team_id, message.now, case.area, handled=handled, irrelevant=irrelevant)
    await notifications.notify_agents(EmailKind.MESSAGE, actor, case, message.now)
    mentions = await find_mentions(actor, case, TO_ALL, message.body)
    await _write_message(actor, case, replace(message, mentions=mentions), after)


async def _add_question(actor: Actor, case: CaseFacts, message: NewMessage, addressed: frozenset[int]) -> None:
    """A message of the agents' side gives the turn to the teams that it is addressed to."""
    after = steps.ask(build_progress(case), addressed, message.now, case.area)
    mentions = await find_mentions(actor, case, TO_ALL, message.body)
    teams = resolve_addressed_teams(case.teams, addressed)
    await notifications.notify_question(actor, case, teams, message.now, mentions.people)
    await _write_message(actor, case, replace(message, addressed=addressed, mentions=mentions), after)


async def _write_message(actor: Actor, case: CaseFacts, message: NewMessage, after: CaseProgress) -> None:
    change = await write_progress(case, after)
    message_id = await insert_message(
        actor,
        case,
        message.team_id,
        message.body,
        message.key,
        TO_ALL,
        message.now,
        message.attachments,
        message.mentions,
    )
    await save_addressed_teams(message_id, message.addressed)
    event_id = await record_event(
        replace(case, teams=after.teams),
        message.kind,
        actor=actor,
        team_id=message.team_id,
        now=message.now,
        message_id=message_id,
        change=change | {Case.search_text: Case.search_text + f" {fold_text(message.body)}"},
    )
    await mark_read(actor, case.id, event_id, message.now)


async def insert_message(
    actor: Actor,
    case: CaseFacts,
    team_id: int | None,
    body: str,
    key: str,
    readership: Readership,
    now: datetime,
    attachments: Sequence[UUID] = (),
    mentions: Mentions = NO_MENTIONS,
) -> int:
    """Returns the id of the message; the caller records its event.

    Publishes its attachments, deletes its draft, and notifies the colleagues whom it calls.
    """
    message = Message(
        case=case.id,
        author=actor.id,
        team=team_id,
        audience=readership.audience,
        reader_team=readership.team,
        mentions="\n".join(mentions.names),
        body=body,
        posted_at=now,
        key=key,
    )
    message_id = int((await Message.insert(message).returning(Message.id))[0]["id"])
    await publish_with_message(actor, case.id, message_id, attachments, readership, now)
    await delete_sent_draft(case.id, actor.id, key)
    await notify_mentions(case, mentions.people, message_id, now)
    announce_typing(actor, case, Typing.EMPTIED if readership.team else Typing.SENT)
    return message_id


def find_actor_team(actor: Actor, case: CaseFacts) -> int | None:
    """The team in whose name the actor writes on this case; None for an expert."""
    if find_side(actor, case) == Side.REFERENT:
        return find_recipient_team(actor, case)
    seat = actor.find_seat([case.team_id])
    return seat.team_id if seat else None


def find_recipient_team(actor: Actor, case: CaseFacts) -> int | None:
    """The recipient team for which the actor answers, also when they are on the agents' side beside it.

    A member of several answers for one that has the turn. None for an actor who is in none of them.
    """
    waiting = [team for team in case.recipient_teams if case.teams[team].has_turn]
    seat = actor.find_seat(waiting) or actor.find_seat(list(case.recipient_teams))
    return seat.team_id if seat else None
