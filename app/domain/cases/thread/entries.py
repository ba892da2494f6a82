"""The lines of a case's thread as the database returns them: all, those since an event, or the latest.

A folded thread shows its last lines; lines that the person has not read are never folded.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate, islice
from types import MappingProxyType

from app.domain.accounts.actor import Actor
from app.domain.accounts.names import join_names
from app.domain.audience import Audience, Readership
from app.domain.cases.events import EventKind, decode_about
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.readable_lines import build_readable_lines_sql, list_read_values
from app.domain.cases.thread.addressed_teams import AddressedNames
from db.batch import BatchQuery, BoundQuery, Decoders, Row, parse_timestamp

RECENT_COUNT = 19
MESSAGE_KINDS = (EventKind.MESSAGE, EventKind.HANDLED, EventKind.IRRELEVANT)
MESSAGE_CHANGE_KINDS = (EventKind.CORRECTED, EventKind.RETRACTED, EventKind.TAKEN_AWAY)
"""Events that change the line of a message, and are no line themselves."""
_TO_ALL: AddressedNames = MappingProxyType({})


@dataclass(frozen=True)
class Entry:
    """One line of the thread: a message, or another event. `other` is the team or the person who was invited.

    addressed: the teams that a message of the agents' side names, by name; empty for a message to all.

    reader_team: of a note of one team, the team that reads it. mentions: the names in the body that call a colleague.

    number counts the lines that the person may read, from 1, and names the line on a page. event_id cannot: it counts
    the lines of all cases, and a gap in it would reveal a line that the person may not read.

    continued: a message under the head of the one before it (grouping.py). removal: the event that took it away.
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
    addressed: tuple[str, ...]
    audience: Audience
    reader_team: int | None
    mentions: tuple[str, ...]
    corrected: bool
    withdrawn: bool
    number: int
    continued: bool = False
    removal: "Entry | None" = None

    @property
    def readership(self) -> Readership:
        return Readership(self.audience, self.reader_team)

    @property
    def body_parts(self) -> list[tuple[str, bool]]:
        """The parts of the body, each with whether it is a name that calls a colleague."""
        if not self.mentions:
            return [(self.body, False)]
        names = "|".join(re.escape(name) for name in sorted(self.mentions, key=len, reverse=True))
        return [(part, part in self.mentions) for part in re.split(f"({names})", self.body) if part]

    @property
    def is_message(self) -> bool:
        return self.kind in MESSAGE_KINDS


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
    "withdrawn": "COALESCE(m.withdrawn_at, m.taken_away_at) IS NOT NULL",
    "about": "e.about",
    "audience": "e.audience",
    "reader_team": "m.reader_team",
    "mentions": "m.mentions",
    "other_team": "ot.name",
    "other_first_name": "op.first_name",
    "other_last_name": "op.last_name",
}
_SOURCE_SQL = """event e LEFT JOIN message m ON m.id = e.message
    LEFT JOIN person a ON a.id = e.actor LEFT JOIN team t ON t.id = e.team
    LEFT JOIN organisation o ON o.id = t.organisation
    LEFT JOIN team ot ON ot.id = e.other_team LEFT JOIN person op ON op.id = e.other_person"""
_CONVERTERS: Decoders = {"at": parse_timestamp, "corrected": bool, "withdrawn": bool}
_READABLE_SQL, _READABLE_EARLIER_SQL = build_readable_lines_sql("e"), build_readable_lines_sql("l")
"""The lines that the actor may read, of events `e` and of events `l`, by list_read_values()."""
_IS_LINE_SQL = f"kind NOT IN {tuple(map(str, MESSAGE_CHANGE_KINDS))}"

_SINCE_QUERY = BatchQuery(_COLUMNS, f"{_SOURCE_SQL} WHERE {_READABLE_SQL} AND e.id > {{}} ORDER BY e.id", _CONVERTERS)
_RECENT_QUERY = BatchQuery(
    _COLUMNS,
    f"""{_SOURCE_SQL} WHERE {_READABLE_SQL} AND (
        e.id > COALESCE((SELECT r.last_event FROM read_receipt r WHERE r."case" = {{}} AND r.person = {{}}), 0)
        OR e.id >= COALESCE((SELECT l.id FROM event l WHERE {_READABLE_EARLIER_SQL} AND l.{_IS_LINE_SQL}
            ORDER BY l.id DESC LIMIT 1 OFFSET {RECENT_COUNT - 1}), 0)
    ) ORDER BY e.id""",  # noqa: S608 # nosec B608
    _CONVERTERS,
)
_NUMBER_SQL = f"""(SELECT count(*) FROM event l WHERE {_READABLE_EARLIER_SQL}
    AND l.{_IS_LINE_SQL} AND l.id <= e.id)"""  # noqa: S608 # nosec B608
_CHANGED_QUERY = BatchQuery(
    {**_COLUMNS, "number": _NUMBER_SQL},
    f"""{_SOURCE_SQL} WHERE {_READABLE_SQL} AND e.id <= {{}} AND e.kind IN {tuple(map(str, MESSAGE_KINDS))}
        AND e.message IN (SELECT l.message FROM event l WHERE {_READABLE_EARLIER_SQL} AND l.id > {{}}
        AND l.kind IN {tuple(map(str, (*MESSAGE_CHANGE_KINDS, EventKind.FILE_REMOVED)))}
    ) ORDER BY e.id""",  # noqa: S608 # nosec B608
    _CONVERTERS,
)
_COUNT_QUERY = BatchQuery({"count": "count(*)"}, f"event e WHERE {_READABLE_SQL} AND e.{_IS_LINE_SQL}", {})


def build_entries_since_query(actor: Actor, case: CaseFacts, after: int) -> BoundQuery:
    """Lines after this event; 0 gives the whole thread."""
    return _SINCE_QUERY.bind(*list_read_values(actor, case), after)


def build_recent_entries_query(actor: Actor, case: CaseFacts) -> BoundQuery:
    """The last RECENT_COUNT lines, and every line that the actor has not read."""
    return _RECENT_QUERY.bind(*list_read_values(actor, case), case.id, actor.id, *list_read_values(actor, case))


def build_changed_entries_query(actor: Actor, case: CaseFacts, after: int) -> BoundQuery:
    """Lines up to this event whose message was corrected, withdrawn or taken away after it, or lost a file."""
    read = list_read_values(actor, case)
    return _CHANGED_QUERY.bind(*read, *read, after, *read, after)


def build_entry_count_query(actor: Actor, case: CaseFacts) -> BoundQuery:
    return _COUNT_QUERY.bind(*list_read_values(actor, case))


def decode_entries(rows: list[Row], before: int = 0, addressed: AddressedNames = _TO_ALL) -> list[Entry]:
    """rows are consecutive; before is the number of lines before the first of them."""
    places = accumulate((row["kind"] not in MESSAGE_CHANGE_KINDS for row in rows), initial=before)
    numbered = zip(rows, islice(places, 1, None), strict=True)
    found = [_decode_entry(row, place, addressed) for row, place in numbered]
    return _link_removals(found, found)


def decode_changed_entries(rows: list[Row], since: list[Entry], addressed: AddressedNames = _TO_ALL) -> list[Entry]:
    """since: the events that changed them."""
    return _link_removals([_decode_entry(row, row["number"], addressed) for row in rows], since)


def _link_removals(entries: list[Entry], events: list[Entry]) -> list[Entry]:
    done = {one.message_id: one for one in events if one.kind == EventKind.TAKEN_AWAY}
    return [replace(one, removal=done.get(one.message_id)) if done and one.is_message else one for one in entries]


def count_entries_before(rows: list[Row], counted: list[Row]) -> int:
    """rows are the last of the thread; counted is the result of build_entry_count_query."""
    return int(counted[0]["count"]) - sum(row["kind"] not in MESSAGE_CHANGE_KINDS for row in rows)


def _decode_entry(row: Row, number: int, addressed: AddressedNames) -> Entry:
    return Entry(
        event_id=row["event_id"],
        kind=EventKind(row["kind"]),
        message_id=row["message_id"],
        author_id=row["author_id"],
        author=join_names(row["first_name"], row["last_name"]),
        team=row["team"] or "",
        acronym=row["acronym"] or "",
        at=row["at"],
        body=row["body"] or "",
        about=decode_about(row),
        addressed=addressed.get(row["message_id"], ()),
        other=row["other_team"] or join_names(row["other_first_name"], row["other_last_name"]),
        audience=Audience(row["audience"]),
        reader_team=row["reader_team"],
        mentions=tuple((row["mentions"] or "").splitlines()),
        corrected=row["corrected"],
        withdrawn=row["withdrawn"],
        number=number,
    )
