"""An entry's history as its page tells it: who, when, each thing before and after, and whether it can be taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.catalogue.entries import Entry, Kind, names_of
from app.domain.catalogue.history import Change, changes_of
from app.text.labels.catalogue import GROUP, PART, ROLE

Read = Callable[[Any], str]


@dataclass(frozen=True)
class Difference:
    part: str
    before: str
    after: str


@dataclass(frozen=True)
class ToldChange:
    id: int
    by: str
    changed_at: datetime
    what: str
    differences: list[Difference]
    can_undo: bool


async def history_of(entry: Entry) -> list[ToldChange]:
    """The latest first."""
    readers = await _readers()
    return [_told(entry, change, readers) for change in await changes_of(entry.kind, entry.id)]


async def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """What two versions do not share, in words."""
    names = [name for name in PART if name in before and name in after and before[name] != after[name]]
    return _differences(names, before, after, await _readers())


def _differences(
    names: list[str], before: dict[str, Any], after: dict[str, Any], readers: dict[str, Read]
) -> list[Difference]:
    return [
        Difference(PART[name], _read(readers, name, before.get(name)), _read(readers, name, after[name]))
        for name in names
    ]


def _told(entry: Entry, change: Change, readers: dict[str, Read]) -> ToldChange:
    names = [name for name in change.names if name in PART] if change.before else []
    return ToldChange(
        id=change.id,
        by=change.by,
        changed_at=change.changed_at,
        what=_what(change),
        differences=_differences(names, change.before, change.after, readers),
        can_undo=change.holds(entry),
    )


def _what(change: Change) -> str:
    if not change.before:
        return "Fiche créée"
    if "withdrawn" in change.names:
        return "Fiche retirée" if change.after["withdrawn"] else "Fiche rétablie"
    return "Changement annulé" if change.undoes else "Fiche modifiée"


def _read(readers: dict[str, Read], name: str, value: Any) -> str:
    return readers.get(name, str)(value) or "vide"


async def _readers() -> dict[str, Read]:
    """How each thing that is no text is said."""
    organisations, fields = await names_of(Kind.ORGANISATION), await names_of(Kind.FIELD)
    categories = await names_of(Kind.CATEGORY)
    return {
        "kind": lambda value: ROLE.get(value, ""),
        "group": lambda value: GROUP.get(value, ""),
        "asked_field": lambda value: fields.get(value, "aucun"),
        "category": lambda value: categories.get(value, ""),
        "organisations": lambda value: ", ".join(organisations[one] for one in value if one in organisations),
        "position": lambda value: str(value + 1),
    }
