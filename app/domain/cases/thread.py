"""The conversation of a case: posting a message, and what a person may read of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain import notifications
from app.domain.accounts.actor import Actor, Side
from app.domain.attachments.posting import post_with_message
from app.domain.cases.events import Audience, EventKind, move, record, told_about
from app.domain.cases.facts import case_for, posted_before, visible_case
from app.domain.cases.lateness import stop_waiting, wait_for_answer
from app.domain.cases.message_draft import forget
from app.domain.cases.reading import mark_read
from app.domain.cases.statuses import Step
from app.domain.errors import Invalid
from app.domain.permissions import Action, CaseFacts, side_of
from db.engine import transaction
from db.search import fold
from db.tables import Case, Event, Message

MESSAGE_LENGTH = 5000
SPOKEN = (EventKind.MESSAGE, EventKind.HANDLED, EventKind.IRRELEVANT)


@dataclass(frozen=True)
class Entry:
    """One line of the thread: a message, or something that happened. other: who was brought in."""

    event_id: int
    kind: EventKind
    message_id: int | None
    author_id: int | None
    author: str
    team: str
    acronym: str
    at: datetime
    body: str
    about: str
    other: str
    apart: bool
    corrected: bool
    withdrawn: bool

    @property
    def is_message(self) -> bool:
        """Rather than something that happened, to a message among others."""
        return self.kind in SPOKEN


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

    kind is MESSAGE, or the answer that the message carries (app/domain/cases/answers.py).
    The same key again changes nothing: a repeated send counts once, even after the case was closed.
    Raises Invalid, NotFound, Conflict (closed in the meantime).
    """
    if not body:
        raise Invalid(message="Écrivez votre message avant de l’envoyer.")
    async with transaction():
        case = await visible_case(actor, case_id, locked=True)
        if not await posted_before(actor, case_id, key):
            case = await case_for(actor, case_id, Action.WRITE if kind == EventKind.MESSAGE else Action.ANSWER)
            await _add(actor, case, body, key, kind, now, attachments)


async def _add(
    actor: Actor, case: CaseFacts, body: str, key: str, kind: EventKind, now: datetime, attachments: Sequence[UUID]
) -> None:
    side = side_of(actor, case)
    message_id = await insert_message(actor, case, body, key, Audience.ALL, now, attachments)
    if side == Side.REFERENT:
        await move(case, Step.ANSWERED)
        await stop_waiting(case.id)
    else:
        await wait_for_answer(case.id, case.status, now)
    await Case.update(
        {
            Case.next_side: Side.AGENT if side == Side.REFERENT else Side.REFERENT,
            Case.handled_at: now if kind == EventKind.HANDLED else None,
            Case.search_text: Case.search_text + f" {fold(body)}",
        }
    ).where(Case.id == case.id)
    await notifications.tell_message(actor, case, side, now)
    team_id = speaking_team(actor, case)
    event_id = await record(case, kind, actor=actor, team_id=team_id, now=now, message_id=message_id)
    await mark_read(actor, case.id, event_id, now)


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
    await forget(case.id, actor.id)
    return message_id


def speaking_team(actor: Actor, case: CaseFacts) -> int | None:
    """The team in whose name the actor speaks on this case; none for an expert of the platform."""
    teams = [case.team_id] if side_of(actor, case) == Side.AGENT else list(case.recipient_teams)
    seat = actor.seat_in(teams)
    return seat.team_id if seat else None


_ENTRY = (
    Event.id.as_alias("event_id"),
    Event.kind,
    Event.message.id.as_alias("message_id"),
    Event.actor.as_alias("author_id"),
    Event.actor.first_name.as_alias("first_name"),
    Event.actor.last_name.as_alias("last_name"),
    Event.team.name.as_alias("team"),
    Event.team.organisation.acronym.as_alias("acronym"),
    Event.happened_at.as_alias("at"),
    Event.message.body.as_alias("body"),
    Event.message.corrected_at.as_alias("corrected_at"),
    Event.message.withdrawn_at.as_alias("withdrawn_at"),
    Event.about,
    Event.audience,
    Event.other_team.name.as_alias("other_team"),
    Event.other_person.first_name.as_alias("other_first_name"),
    Event.other_person.last_name.as_alias("other_last_name"),
)
"""Made once: following nine keys costs Piccolo more than the query."""


async def read_thread(actor: Actor, case: CaseFacts, *, after: int = 0) -> list[Entry]:
    """What the actor may read of the thread, oldest first, past the event `after`."""
    query = Event.select(*_ENTRY).where(Event.case == case.id, Event.id > after).order_by(Event.id)
    if side_of(actor, case) == Side.AGENT:
        query = query.where(Event.audience == Audience.ALL)
    return [_entry(row) for row in await query]


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(
        event_id=row["event_id"],
        kind=EventKind(row["kind"]),
        message_id=row["message_id"],
        author_id=row["author_id"],
        author=_name(row["first_name"], row["last_name"]),
        team=row["team"] or "",
        acronym=row["acronym"] or "",
        at=row["at"],
        body=row["body"] or "",
        about=told_about(row),
        other=row["other_team"] or _name(row["other_first_name"], row["other_last_name"]),
        apart=row["audience"] == Audience.OPERATORS,
        corrected=row["corrected_at"] is not None,
        withdrawn=row["withdrawn_at"] is not None,
    )


def _name(first_name: str | None, last_name: str | None) -> str:
    return f"{first_name or ''} {last_name or ''}".strip()


def read_marks(entries: list[Entry], readers: list[tuple[int, str, int]]) -> dict[int, list[str]]:
    """event id of a message -> who has read up to it. A reader shows once, on the last message of others they read."""
    marks: dict[int, list[str]] = {}
    for person, name, upto in readers:
        read = [e.event_id for e in entries if e.is_message and e.event_id <= upto and e.author_id != person]
        if read:
            marks.setdefault(read[-1], []).append(name)
    return marks
