"""How far each person has read a case: under whose message it says so, and which messages may still be changed."""

from dataclasses import dataclass

from app.domain.accounts.actor import Actor, Side
from app.domain.cases.entries import Entry
from app.domain.cases.events import EventKind
from app.domain.permissions import CaseFacts, side_of
from db.together import Asked, Question, Row

_READERS = Question(
    {
        "person": "r.person",
        "first_name": "p.first_name",
        "last_name": "p.last_name",
        "upto": "r.last_event",
        "asks": "EXISTS (SELECT 1 FROM membership s WHERE s.person = r.person AND s.team = c.team)",
        "answers": """EXISTS (SELECT 1 FROM membership s JOIN recipient d ON d.team = s.team
            WHERE s.person = r.person AND d."case" = c.id)""",
    },
    'reading r JOIN cases c ON c.id = r."case" JOIN person p ON p.id = r.person WHERE c.id = {} ORDER BY r.person',
    {"asks": bool, "answers": bool},
)


@dataclass(frozen=True)
class Reader:
    """upto: the highest event shown to them. asks: of the author's team; answers: of a team that received the case."""

    person: int
    name: str
    upto: int
    asks: bool
    answers: bool


def readers(case: CaseFacts) -> Asked:
    """The actor too. Moments are nobody's business."""
    return _READERS.about(case.id)


def readers_of(rows: list[Row]) -> list[Reader]:
    return [
        Reader(row["person"], f"{row['first_name']} {row['last_name']}", row["upto"], row["asks"], row["answers"])
        for row in rows
    ]


def how_far(actor: Actor, readers: list[Reader]) -> int:
    """The highest event that the actor has been shown; below all of them when there is none."""
    return next((reader.upto for reader in readers if reader.person == actor.id), -1)


def read_marks(actor: Actor, entries: list[Entry], readers: list[Reader]) -> dict[int, tuple[str, ...]]:
    """event id of a message -> who else has read up to it.

    A reader shows once, on the last message of others they read; not at all when it is further back than `entries`.
    """
    marks: dict[int, tuple[str, ...]] = {}
    for reader in readers:
        read = [e for e in entries if e.is_message and e.event_id <= reader.upto and e.author_id != reader.person]
        if read and reader.person != actor.id:
            marks[read[-1].event_id] = (*marks.get(read[-1].event_id, ()), reader.name)
    return marks


def changeable(actor: Actor, case: CaseFacts, entries: list[Entry], readers: list[Reader]) -> frozenset[int]:
    """Of these, the actor's own plain messages, for everyone, that nobody of the other side has read."""
    asking = side_of(actor, case) == Side.AGENT
    others = [one for one in readers if not (one.asks if asking else one.answers) and one.person != actor.id]
    read = max((one.upto for one in others), default=0)
    return frozenset(
        entry.message_id
        for entry in entries
        if entry.message_id and entry.kind == EventKind.MESSAGE and not entry.apart and not entry.withdrawn
        if entry.author_id == actor.id and entry.event_id > read
    )
