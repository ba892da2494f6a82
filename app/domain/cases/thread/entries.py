"""The lines of a case's thread, as the database answers them: all, those since an event, or the latest alone.

Folded, a thread shows its last lines; what the viewer has not read is never folded.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, islice
from typing import Any

from app.domain.accounts.actor import Actor
from app.domain.audience import Audience
from app.domain.cases.events import EventKind, told_about
from app.domain.cases.permissions import CaseFacts, widest_audience
from db.batch import Asked, Question, Reads, Row, moment

RECENT = 20
SPOKEN = (EventKind.MESSAGE, EventKind.HANDLED, EventKind.IRRELEVANT)
SILENT = (EventKind.CORRECTED, EventKind.RETRACTED)
"""They change the line of a message, and have none of their own."""


@dataclass(frozen=True)
class Entry:
    """One line of the thread: a message, or something that happened. other: who was brought in.

    place: its number among the lines that the viewer may read, from 1. Pages name a line by it: event_id counts the
    lines of all cases, and a gap in it would tell of a line that the viewer may not read.
    """

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
    audience: Audience
    corrected: bool
    withdrawn: bool
    place: int

    @property
    def apart(self) -> bool:
        """Whether referents alone read it."""
        return self.audience == Audience.OPERATORS

    @property
    def is_message(self) -> bool:
        """Rather than something that happened, to a message among others."""
        return self.kind in SPOKEN


_COLUMNS = {
    "event_id": "e.id",
    "kind": "e.kind",
    "message_id": "e.message",
    "author_id": "e.actor",
    "first_name": "a.first_name",
    "last_name": "a.last_name",
    "team": "t.name",
    "acronym": "o.acronym",
    "at": "e.happened_at",
    "body": "m.body",
    "corrected": "m.corrected_at IS NOT NULL",
    "withdrawn": "m.withdrawn_at IS NOT NULL",
    "about": "e.about",
    "audience": "e.audience",
    "other_team": "ot.name",
    "other_first_name": "op.first_name",
    "other_last_name": "op.last_name",
}
_JOINED = """event e LEFT JOIN message m ON m.id = e.message
    LEFT JOIN person a ON a.id = e.actor LEFT JOIN team t ON t.id = e.team
    LEFT JOIN organisation o ON o.id = t.organisation
    LEFT JOIN team ot ON ot.id = e.other_team LEFT JOIN person op ON op.id = e.other_person"""
_READ: Reads = {"at": moment, "corrected": bool, "withdrawn": bool}
_OPEN = "{0}.\"case\" = {{}} AND {0}.audience IN ('all', {{}})"
"""What the actor may read of the case: values are the case and widest_audience()."""
_LINE = f"kind NOT IN {tuple(map(str, SILENT))}"

_SINCE = Question(_COLUMNS, f"{_JOINED} WHERE {_OPEN.format('e')} AND e.id > {{}} ORDER BY e.id", _READ)
_RECENT = Question(
    _COLUMNS,
    f"""{_JOINED} WHERE {_OPEN.format("e")} AND (
        e.id > COALESCE((SELECT r.last_event FROM reading r WHERE r."case" = {{}} AND r.person = {{}}), 0)
        OR e.id >= COALESCE((SELECT l.id FROM event l WHERE {_OPEN.format("l")} AND l.{_LINE}
            ORDER BY l.id DESC LIMIT 1 OFFSET {RECENT - 1}), 0)
    ) ORDER BY e.id""",  # noqa: S608 # nosec B608
    _READ,
)
_PLACE = f"""(SELECT count(*) FROM event l WHERE l."case" = e."case" AND l.audience IN ('all', {{}})
    AND l.{_LINE} AND l.id <= e.id)"""  # noqa: S608 # nosec B608
_CHANGED = Question(
    {**_COLUMNS, "place": _PLACE},
    f"""{_JOINED} WHERE {_OPEN.format("e")} AND e.id <= {{}} AND e.{_LINE} AND e.message IN (
        SELECT l.message FROM event l WHERE {_OPEN.format("l")} AND l.id > {{}} AND l.kind IN {tuple(map(str, SILENT))}
    ) ORDER BY e.id""",  # noqa: S608 # nosec B608
    _READ,
)
_LINES = Question({"lines": "count(*)"}, f"event e WHERE {_OPEN.format('e')} AND e.{_LINE}", {})


def entries_since(actor: Actor, case: CaseFacts, after: int) -> Asked:
    """After the event; from 0, the whole thread."""
    return _SINCE.about(*_of(actor, case), after)


def recent_entries(actor: Actor, case: CaseFacts) -> Asked:
    """The last lines of the thread, from further back when the actor has not read them."""
    return _RECENT.about(*_of(actor, case), case.id, actor.id, *_of(actor, case))


def entries_changed(actor: Actor, case: CaseFacts, after: int) -> Asked:
    """The lines up to the event whose message was corrected or withdrawn after it."""
    return _CHANGED.about(widest_audience(actor, case), *_of(actor, case), after, *_of(actor, case), after)


def line_count(actor: Actor, case: CaseFacts) -> Asked:
    return _LINES.about(*_of(actor, case))


def _of(actor: Actor, case: CaseFacts) -> tuple[Any, Audience]:
    return case.id, widest_audience(actor, case)


def entries_of(rows: list[Row], before: int = 0) -> list[Entry]:
    """Rows that follow each other; before: how many lines come before the first of them."""
    places = accumulate((row["kind"] not in SILENT for row in rows), initial=before)
    return [_entry(row, place) for row, place in zip(rows, islice(places, 1, None), strict=True)]


def changed_of(rows: list[Row]) -> list[Entry]:
    return [_entry(row, row["place"]) for row in rows]


def lines_before(rows: list[Row], counted: list[Row]) -> int:
    """How many lines come before these, the last of the thread. counted answers line_count."""
    return int(counted[0]["lines"]) - sum(row["kind"] not in SILENT for row in rows)


def _entry(row: Row, place: int) -> Entry:
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
        audience=Audience(row["audience"]),
        corrected=row["corrected"],
        withdrawn=row["withdrawn"],
        place=place,
    )


def _name(first_name: str | None, last_name: str | None) -> str:
    return f"{first_name or ''} {last_name or ''}".strip()
