"""What a person may take away from a case or ask to take away, and what is asked for. Source: issue 17, 2.

Each message and each file of a line that they may read. The files of the mandate stay: they prove the citizen's
agreement, without which no person may work on the case.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.accounts.names import join_names
from app.domain.audience import Readership
from app.domain.cases.attachments.access import (
    AttachedFile,
    CaseAttachments,
    build_attachments_query,
    decode_attachments,
)
from app.domain.cases.events import EventKind
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.thread.entries import Entry, build_entries_since_query, decode_entries
from app.domain.cases.thread.readers import (
    Reader,
    build_readers_query,
    decode_readers,
    is_read_by,
    list_editable_messages,
)
from db.batch import BatchQuery, Row, fetch_batch, parse_timestamp

TargetKey = int | UUID
"""The id of a message, or of a file."""


@dataclass(frozen=True)
class RemovalTarget:
    """message_id: of the line; None for a file that was sent with the case. words: the text, or the file's name.

    own: the actor wrote the message or chose the file, from this account or from one that continues in it.
    withdrawable: the actor's own message that the other side has not read, which correction.py withdraws with its
    effects.
    """

    key: TargetKey
    message_id: int | None
    own: bool
    author: str
    at: datetime
    words: str
    readership: Readership
    was_read: bool
    withdrawable: bool = False

    @property
    def is_file(self) -> bool:
        return isinstance(self.key, UUID)


@dataclass(frozen=True)
class PendingRemoval:
    id: int
    target: RemovalTarget
    asked_by: int
    asker: str
    asked_at: datetime
    reason: str


@dataclass(frozen=True)
class Removals:
    """targets: the last first, with those that are asked for."""

    targets: dict[TargetKey, RemovalTarget]
    pending: dict[int, PendingRemoval]

    @property
    def choices(self) -> list[RemovalTarget]:
        asked = {one.target.key for one in self.pending.values()}
        return [one for one in self.targets.values() if one.key not in asked and not one.withdrawable]

    def find_request(self, key: TargetKey) -> PendingRemoval | None:
        return next((one for one in self.pending.values() if one.target.key == key), None)


_REQUESTS_QUERY = BatchQuery(
    {
        "id": "q.id",
        "message": "q.message",
        "attachment": "q.attachment",
        "asked_by": "q.asked_by",
        "first_name": "p.first_name",
        "last_name": "p.last_name",
        "asked_at": "q.asked_at",
        "reason": "q.reason",
    },
    'removal_request q JOIN person p ON p.id = q.asked_by WHERE q."case" = {} ORDER BY q.id',
    {"attachment": UUID, "asked_at": parse_timestamp},
)


_ACCOUNTS_QUERY = BatchQuery({"id": "p.id"}, "person p WHERE p.id = {} OR p.merged_into = {}", {})


@dataclass(frozen=True)
class _Reading:
    """accounts: of the actor. editable: the messages that they may still withdraw."""

    files: CaseAttachments
    readers: list[Reader]
    editable: frozenset[int]
    accounts: frozenset[int]


async def load_removals(actor: Actor, case: CaseFacts) -> Removals:
    """Empty for a case that was withdrawn before it was opened: no other person has read it."""
    found = await fetch_batch(
        entries=build_entries_since_query(actor, case, 0),
        files=build_attachments_query(actor, case),
        readers=build_readers_query(case),
        requests=_REQUESTS_QUERY.bind(case.id),
        accounts=_ACCOUNTS_QUERY.bind(actor.id, actor.id),
    )
    entries, readers = decode_entries(found["entries"]), decode_readers(found["readers"])
    reading = _Reading(
        decode_attachments(found["files"]),
        readers,
        list_editable_messages(actor, case, entries, readers),
        frozenset(row["id"] for row in found["accounts"]),
    )
    listed = list(_list_targets(entries, reading)) if case.teams else []
    targets = {one.key: one for one in reversed(listed)}
    return Removals(targets, _decode_requests(found["requests"], targets))


def _list_targets(entries: list[Entry], reading: _Reading) -> Iterator[RemovalTarget]:
    for entry in entries:
        if entry.kind == EventKind.SENT:
            yield from (_build_file(file, entry, reading) for file in reading.files.sent_with_case)
        elif entry.is_message and not entry.withdrawn and entry.message_id is not None:
            files = reading.files.by_message.get(entry.message_id, ())
            yield _build_message(entry, entry.message_id, files, reading)
            if entry.body or len(files) > 1:
                yield from (_build_file(file, entry, reading) for file in files)


def _build_message(entry: Entry, message_id: int, files: tuple[AttachedFile, ...], reading: _Reading) -> RemovalTarget:
    return RemovalTarget(
        key=message_id,
        message_id=message_id,
        own=entry.author_id in reading.accounts,
        author=entry.author,
        at=entry.at,
        words=entry.body or ", ".join(file.name for file in files),
        readership=entry.readership,
        was_read=is_read_by(entry, reading.readers),
        withdrawable=message_id in reading.editable,
    )


def _build_file(file: AttachedFile, entry: Entry, reading: _Reading) -> RemovalTarget:
    """entry: the line with which it was sent."""
    return RemovalTarget(
        key=file.id,
        message_id=file.message_id,
        own=file.uploader in reading.accounts,
        author=entry.author,
        at=entry.at,
        words=file.name,
        readership=entry.readership,
        was_read=is_read_by(entry, reading.readers),
    )


def _decode_requests(rows: list[Row], targets: dict[TargetKey, RemovalTarget]) -> dict[int, PendingRemoval]:
    """Those for a line that the actor may read."""
    asked = ((row, targets.get(row["message"] or row["attachment"])) for row in rows)
    return {row["id"]: _decode_request(row, target) for row, target in asked if target}


def _decode_request(row: Row, target: RemovalTarget) -> PendingRemoval:
    asker = join_names(row["first_name"], row["last_name"])
    return PendingRemoval(row["id"], target, row["asked_by"], asker, row["asked_at"], row["reason"])
