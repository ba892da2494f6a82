"""The conversation of a case: posting a message, and what a person may read of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain import notifications
from app.domain.accounts.actor import Actor, Side
from app.domain.cases.events import Audience, EventKind, move, record
from app.domain.cases.facts import case_for, visible_case
from app.domain.cases.reading import mark_read
from app.domain.cases.statuses import Step
from app.domain.errors import Invalid
from app.domain.permissions import Action, CaseFacts, side_of
from db.engine import transaction
from db.search import fold
from db.tables import Case, Event, Message

MESSAGE_LENGTH = 5000


@dataclass(frozen=True)
class Entry:
    """One line of the thread: a message, or something that happened."""

    event_id: int
    kind: EventKind
    author_id: int | None
    author: str
    team: str
    acronym: str
    at: datetime
    body: str


async def post(actor: Actor, case_id: UUID, body: str, *, key: str, now: datetime) -> None:
    """Adds a message that everyone on the case may read. A referent's makes the case Répondue.

    The same key again changes nothing: a repeated send counts once, even after the case was closed.
    Raises Invalid, NotFound, Conflict (closed in the meantime).
    """
    if not body:
        raise Invalid(message="Écrivez votre message avant de l’envoyer.")
    async with transaction():
        case = await visible_case(actor, case_id, locked=True)
        if not await _posted_before(actor, case_id, key):
            case = await case_for(actor, case_id, Action.WRITE)
            await _add(actor, case, body, key, now)


async def _posted_before(actor: Actor, case_id: UUID, key: str) -> bool:
    return bool(await Message.exists().where(Message.case == case_id, Message.author == actor.id, Message.key == key))


async def _add(actor: Actor, case: CaseFacts, body: str, key: str, now: datetime) -> None:
    side = side_of(actor, case)
    team_id = speaking_team(actor, case)
    message = Message(case=case.id, author=actor.id, team=team_id, body=body, posted_at=now, key=key)
    message_id: int = (await Message.insert(message).returning(Message.id))[0]["id"]
    if side == Side.REFERENT:
        await move(case, Step.ANSWERED)
    waiting = Side.AGENT if side == Side.REFERENT else Side.REFERENT
    await Case.update({Case.next_side: waiting, Case.search_text: Case.search_text + f" {fold(body)}"}).where(
        Case.id == case.id
    )
    await notifications.tell_message(actor, case, side, now)
    event_id = await record(case, EventKind.MESSAGE, actor=actor, team_id=team_id, now=now, message_id=message_id)
    await mark_read(actor, case.id, event_id, now)


def speaking_team(actor: Actor, case: CaseFacts) -> int | None:
    """The team in whose name the actor speaks on this case; none for an expert of the platform."""
    teams = [case.team_id] if side_of(actor, case) == Side.AGENT else list(case.recipient_teams)
    seat = actor.seat_in(teams)
    return seat.team_id if seat else None


async def read_thread(actor: Actor, case: CaseFacts, *, after: int = 0) -> list[Entry]:
    """What the actor may read of the thread, oldest first, past the event `after`."""
    query = (
        Event.select(
            Event.id.as_alias("event_id"),
            Event.kind,
            Event.actor.as_alias("author_id"),
            Event.actor.first_name.as_alias("first_name"),
            Event.actor.last_name.as_alias("last_name"),
            Event.team.name.as_alias("team"),
            Event.team.organisation.acronym.as_alias("acronym"),
            Event.happened_at.as_alias("at"),
            Event.message.body.as_alias("body"),
        )
        .where(Event.case == case.id, Event.id > after)
        .order_by(Event.id)
    )
    if side_of(actor, case) == Side.AGENT:
        query = query.where(Event.audience == Audience.ALL)
    return [_entry(row) for row in await query]


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(
        event_id=row["event_id"],
        kind=EventKind(row["kind"]),
        author_id=row["author_id"],
        author=f"{row['first_name'] or ''} {row['last_name'] or ''}".strip(),
        team=row["team"] or "",
        acronym=row["acronym"] or "",
        at=row["at"],
        body=row["body"] or "",
    )
