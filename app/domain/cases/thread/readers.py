"""How far each person has read a case: the names under a message, and the messages that may still be changed."""

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from app.domain.accounts.actor import Actor, Side
from app.domain.audience import TO_REFERENTS, Audience, Readership
from app.domain.cases.permissions import Action, CaseFacts, Relation, find_side, list_allowed_actions, may_read_audience
from app.domain.cases.thread.entries import MESSAGE_CHANGE_KINDS, Entry
from db.batch import BatchQuery, BoundQuery, Row

_HAS_MEMBERSHIP_SQL = """EXISTS (SELECT 1 FROM membership s JOIN team t ON t.id = s.team
    JOIN organisation o ON o.id = t.organisation WHERE s.person = r.person AND """
_READERS_QUERY = BatchQuery(
    {
        "person": "r.person",
        "first_name": "p.first_name",
        "last_name": "p.last_name",
        "upto": "r.last_event",
        "marked": "r.unread_after IS NOT NULL",
        "asks": f"{_HAS_MEMBERSHIP_SQL} s.team = c.team AND o.kind <> 'operator')",
        "team": "d.team",
        "invited": """p.expert AND EXISTS (SELECT 1 FROM guest g
            WHERE g.person = r.person AND g."case" = c.id)""",
    },
    f"""read_receipt r JOIN cases c ON c.id = r."case" JOIN person p ON p.id = r.person
    LEFT JOIN recipient d ON d."case" = c.id AND d.left_at IS NULL
        AND {_HAS_MEMBERSHIP_SQL} o.kind = 'operator' AND s.team = d.team)
    WHERE c.id = {{}} ORDER BY r.person""",
    {"marked": bool, "asks": bool, "invited": bool},
)
"""A row for each reader, and for each recipient team that they are in."""


@dataclass(frozen=True)
class Reader:
    """last_event is the last event that was shown to them; relations are those of find_basic_relations.

    teams: the recipient teams of the case that they are in. marked: they marked the case read or unread by hand since.
    """

    person: int
    name: str
    last_event: int
    relations: frozenset[Relation]
    teams: frozenset[int]
    marked: bool = False

    def may_read(self, readership: Readership) -> bool:
        """A person who has left the case still counts as a reader of lines that everyone may read."""
        audience, team = readership
        return audience == Audience.ALL or may_read_audience(self.relations, audience, in_team=team in self.teams)


def build_readers_query(case: CaseFacts) -> BoundQuery:
    """The actor is among the readers. The times of reading are not loaded: pages do not show them."""
    return _READERS_QUERY.bind(case.id)


def decode_readers(rows: list[Row]) -> list[Reader]:
    return [_decode_reader(list(of_person)) for _, of_person in groupby(rows, key=itemgetter("person"))]


def _decode_reader(rows: list[Row]) -> Reader:
    row, teams = rows[0], frozenset(row["team"] for row in rows if row["team"] is not None)
    known = ((row["asks"], Relation.COLLEAGUE), (teams, Relation.REFERENT), (row["invited"], Relation.EXPERT))
    relations = frozenset(relation for held, relation in known if held)
    name = f"{row['first_name']} {row['last_name']}"
    return Reader(row["person"], name, row["upto"], relations, teams, row["marked"])


def find_last_read_event(actor: Actor, readers: list[Reader]) -> int:
    """-1 if the actor has read nothing, or marked the case by hand: opening it ends the mark."""
    return next((one.last_event for one in readers if one.person == actor.id and not one.marked), -1)


def find_first_unread_event(actor: Actor, entries: list[Entry], readers: list[Reader]) -> int | None:
    """The first line of others after what was shown to the actor. None when they were shown all of it, or none.

    A mark by hand changes nothing here: it is of the lists alone.
    """
    shown = next((one.last_event for one in readers if one.person == actor.id), 0)
    others = (one for one in entries if one.author_id != actor.id and one.kind not in MESSAGE_CHANGE_KINDS)
    return next((one.event_id for one in others if one.event_id > shown), None) if shown else None


def list_readers_by_message(actor: Actor, entries: list[Entry], readers: list[Reader]) -> dict[int, tuple[str, ...]]:
    """Event id of a message -> names of the other people who have read up to it.

    A reader is named once, under the last message of others that they read and may read: an internal note has no
    agent's name under it. A reader whose last message is before `entries` is not named.
    """
    marks: dict[int, tuple[str, ...]] = {}
    for reader in readers:
        if reader.person != actor.id and (last := _find_last_read_entry(reader, entries)):
            marks[last.event_id] = (*marks.get(last.event_id, ()), reader.name)
    return marks


def _find_last_read_entry(reader: Reader, entries: list[Entry]) -> Entry | None:
    read = (
        entry
        for entry in reversed(entries)
        if entry.is_message and entry.event_id <= reader.last_event and entry.author_id != reader.person
    )
    return next((entry for entry in read if reader.may_read(entry.readership)), None)


def list_editable_messages(
    actor: Actor, case: CaseFacts, entries: list[Entry], readers: list[Reader]
) -> frozenset[int]:
    """Ids of the actor's own messages, among `entries`, that the other side has not read.

    For an internal note, the other side is the other referents; for a note of one team, the others of this team. Empty
    if the case is closed or suspended.
    """
    if Action.WRITE not in list_allowed_actions(actor, case):
        return frozenset()
    others = [one for one in readers if one.person != actor.id]
    own = [entry for entry in entries if entry.author_id == actor.id and entry.is_message and not entry.withdrawn]
    return frozenset(
        entry.message_id
        for entry in own
        if entry.message_id and not any(_has_read(actor, case, one, entry) for one in others)
    )


def is_read_by(entry: Entry, readers: list[Reader]) -> bool:
    """Whether a person beside its author was shown the line, the author's own side too."""
    shown = (one for one in readers if one.person != entry.author_id and one.last_event >= entry.event_id)
    return any(_may_have_read_apart(one, entry.readership) for one in shown)


def _has_read(actor: Actor, case: CaseFacts, reader: Reader, entry: Entry) -> bool:
    """Whether the reader is on the other side of this message, and may have read it."""
    if entry.event_id > reader.last_event:
        return False
    if entry.audience == Audience.ALL:
        return not _is_on_same_side(actor, case, reader)
    return _may_have_read_apart(reader, entry.readership)


def _is_on_same_side(actor: Actor, case: CaseFacts, reader: Reader) -> bool:
    """The actor's side is the author's team, or the referents."""
    if find_side(actor, case) == Side.REFERENT:
        return reader.may_read(TO_REFERENTS)
    return Relation.COLLEAGUE in reader.relations


def _may_have_read_apart(reader: Reader, readership: Readership) -> bool:
    """A person who has left the case, or one of its teams, may have been a referent of it when they read it."""
    return not reader.relations or reader.may_read(readership)
