"""How far each person has read a case: the names under a message, and the messages that may still be changed."""

from dataclasses import dataclass

from app.domain.accounts.actor import Actor, Side
from app.domain.audience import Audience
from app.domain.cases.permissions import Action, CaseFacts, Relation, find_side, list_allowed_actions, may_read_audience
from app.domain.cases.thread.entries import Entry
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
        "answers": f"""{_HAS_MEMBERSHIP_SQL} o.kind = 'operator'
            AND s.team IN (SELECT d.team FROM recipient d WHERE d."case" = c.id AND d.left_at IS NULL))""",  # noqa: S608 # nosec B608
        "invited": """p.platform_role = 'expert' AND EXISTS (SELECT 1 FROM guest g
            WHERE g.person = r.person AND g."case" = c.id)""",
    },
    'read_receipt r JOIN cases c ON c.id = r."case" JOIN person p ON p.id = r.person WHERE c.id = {} ORDER BY r.person',
    {"marked": bool, "asks": bool, "answers": bool, "invited": bool},
)


@dataclass(frozen=True)
class Reader:
    """last_event is the last event that was shown to them; relations are those of find_basic_relations.

    marked: they marked the case read or unread by hand since.
    """

    person: int
    name: str
    last_event: int
    relations: frozenset[Relation]
    marked: bool = False

    def may_read(self, audience: Audience) -> bool:
        """A person who has left the case still counts as a reader of lines that everyone may read."""
        return audience == Audience.ALL or may_read_audience(self.relations, audience)


def build_readers_query(case: CaseFacts) -> BoundQuery:
    """The actor is among the readers. The times of reading are not loaded: pages do not show them."""
    return _READERS_QUERY.bind(case.id)


def decode_readers(rows: list[Row]) -> list[Reader]:
    return [
        Reader(
            row["person"],
            f"{row['first_name']} {row['last_name']}",
            row["upto"],
            _decode_relations(row),
            row["marked"],
        )
        for row in rows
    ]


def _decode_relations(row: Row) -> frozenset[Relation]:
    known = (("asks", Relation.COLLEAGUE), ("answers", Relation.REFERENT), ("invited", Relation.EXPERT))
    return frozenset(relation for column, relation in known if row[column])


def find_last_read_event(actor: Actor, readers: list[Reader]) -> int:
    """-1 if the actor has read nothing, or marked the case by hand: opening it ends the mark."""
    return next((one.last_event for one in readers if one.person == actor.id and not one.marked), -1)


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
    return next((entry for entry in read if reader.may_read(entry.audience)), None)


def list_editable_messages(
    actor: Actor, case: CaseFacts, entries: list[Entry], readers: list[Reader]
) -> frozenset[int]:
    """Ids of the actor's own messages, among `entries`, that the other side has not read.

    For an internal note, the other side is the other referents. Empty if the case is closed or suspended.
    """
    if Action.WRITE not in list_allowed_actions(actor, case):
        return frozenset()
    others = [one for one in readers if one.person != actor.id]
    read = {
        Audience.ALL: max((one.last_event for one in others if not _is_on_same_side(actor, case, one)), default=0),
        Audience.INTERNAL: max((one.last_event for one in others if _may_have_read_internal(one)), default=0),
    }
    return frozenset(
        entry.message_id
        for entry in entries
        if entry.message_id and entry.is_message and not entry.withdrawn
        if entry.author_id == actor.id and entry.event_id > read[entry.audience]
    )


def _is_on_same_side(actor: Actor, case: CaseFacts, reader: Reader) -> bool:
    """The actor's side is the author's team, or the referents."""
    if find_side(actor, case) == Side.REFERENT:
        return reader.may_read(Audience.INTERNAL)
    return Relation.COLLEAGUE in reader.relations


def _may_have_read_internal(reader: Reader) -> bool:
    """A person who has left the case may have been a referent when they read it."""
    return not reader.relations or reader.may_read(Audience.INTERNAL)
