"""Messages of one person that follow each other within five minutes are shown under one head. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from app.domain.cases.events import EventKind
from app.domain.cases.thread.entries import MESSAGE_CHANGE_KINDS, Entry

GROUPED_WITHIN = timedelta(minutes=5)
"""From the message whose head is shown: its time is never further from that of a message under it."""


def mark_continued(entries: list[Entry], first_unread: int | None = None) -> list[Entry]:
    """Marks as continued each message that needs no head of its own.

    first_unread: the event before which the page says that one had read; its line has its own head.
    """
    return list(_iterate_marked(entries, first_unread))


def _iterate_marked(entries: list[Entry], first_unread: int | None) -> Iterator[Entry]:
    head: Entry | None = None
    for entry in entries:
        if head and entry.event_id != first_unread and _is_continued(head, entry):
            yield replace(entry, continued=True)
            continue
        yield entry
        if entry.kind not in MESSAGE_CHANGE_KINDS:
            head = entry if entry.kind == EventKind.MESSAGE else None


def _is_continued(head: Entry, entry: Entry) -> bool:
    """A corrected or withdrawn message keeps its head, which an open page gives it live."""
    keeps_head = entry.corrected or entry.withdrawn or entry.author_id is None
    return not keeps_head and _describe_head(head) == _describe_head(entry) and entry.at - head.at <= GROUPED_WITHIN


def _describe_head(entry: Entry) -> tuple[object, ...]:
    """All that a head shows but the time. An answer has a tag, and no message under its head."""
    return entry.kind, entry.author_id, entry.author, entry.team, entry.addressed, entry.readership
