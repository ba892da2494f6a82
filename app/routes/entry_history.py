"""The history of a catalogue entry for its page: who, when, values before and after, whether it can be undone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.catalogue.entries import Entry, EntryKind, load_entry_names
from app.domain.catalogue.history import EntryChange, list_changes
from app.text.labels.catalogue import ENTRY_FIELD, GROUP, PHRASE_ANSWER_CHOICE, ROLE

FormatValue = Callable[[Any], str]


@dataclass(frozen=True)
class Difference:
    part: str
    before: str
    after: str


@dataclass(frozen=True)
class ShownChange:
    id: int
    by: str
    changed_at: datetime
    what: str
    differences: list[Difference]
    can_undo: bool


async def load_entry_history(entry: Entry) -> list[ShownChange]:
    """The latest change first."""
    readers = await _load_value_formats()
    return [_build_shown_change(entry, change, readers) for change in await list_changes(entry.kind, entry.id)]


async def list_differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """The fields of ENTRY_FIELD that differ between two states, in words."""
    names = [name for name in ENTRY_FIELD if name in before and name in after and before[name] != after[name]]
    return _build_differences(names, before, after, await _load_value_formats())


def _build_differences(
    names: list[str], before: dict[str, Any], after: dict[str, Any], readers: dict[str, FormatValue]
) -> list[Difference]:
    return [
        Difference(
            ENTRY_FIELD[name], _format_value(readers, name, before.get(name)), _format_value(readers, name, after[name])
        )
        for name in names
    ]


def _build_shown_change(entry: Entry, change: EntryChange, readers: dict[str, FormatValue]) -> ShownChange:
    names = [name for name in change.changed_names if name in ENTRY_FIELD] if change.before else []
    return ShownChange(
        id=change.id,
        by=change.by,
        changed_at=change.changed_at,
        what=_describe_change(change),
        differences=_build_differences(names, change.before, change.after, readers),
        can_undo=change.can_undo(entry),
    )


def _describe_change(change: EntryChange) -> str:
    if not change.before:
        return "Fiche créée"
    if "withdrawn" in change.changed_names:
        return "Fiche retirée" if change.after["withdrawn"] else "Fiche rétablie"
    return "Changement annulé" if change.undoes else "Fiche modifiée"


def _format_value(readers: dict[str, FormatValue], name: str, value: Any) -> str:
    return readers.get(name, str)(value) or "vide"


async def _load_value_formats() -> dict[str, FormatValue]:
    """Field -> function that formats its value. Text fields have none."""
    organisations, fields = await load_entry_names(EntryKind.ORGANISATION), await load_entry_names(EntryKind.FIELD)
    categories = await load_entry_names(EntryKind.CATEGORY)
    return {
        "kind": lambda value: ROLE.get(value, ""),
        "group": lambda value: GROUP.get(value, ""),
        "asked_field": lambda value: fields.get(value, "aucun"),
        "category": lambda value: categories.get(value, ""),
        "organisations": lambda value: ", ".join(organisations[one] for one in value if one in organisations),
        "answer": lambda value: PHRASE_ANSWER_CHOICE.get(value, ""),
        "remind_days": lambda value: str(value or "aucun"),
        "position": lambda value: str(value + 1),
    }
