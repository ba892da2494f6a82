"""The history of each entry: who changed it, when, the state before and after. An entry with a history was edited.

Whole states are stored, so that a change can be undone and a former name found.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.audit.log import write_audit
from app.domain.catalogue.entries import ENTRY_TABLES, Entry, EntryKind, EntryState, load_entries
from db.tables.catalogue import CatalogueChange


@dataclass(frozen=True)
class EntryChange:
    """`before` is empty for a new entry."""

    id: int
    kind: EntryKind
    entry_id: int
    by: str
    changed_at: datetime
    before: EntryState
    after: EntryState
    undoes: int | None

    @property
    def changed_names(self) -> list[str]:
        """For a new entry, all names."""
        return [name for name, value in self.after.items() if self.before.get(name, ...) != value]

    def can_undo(self, entry: Entry) -> bool:
        """No later change concerns the same values."""
        if not self.before:
            return not entry.withdrawn
        return all(entry.state[name] == self.after[name] for name in self.changed_names)


async def record_change(
    actor: Actor,
    kind: EntryKind,
    entry_id: int,
    before: EntryState,
    after: EntryState,
    now: datetime,
    undoes: int | None = None,
) -> None:
    """Call it inside the action's transaction. The audit log records that a change happened, not its content."""
    gone, team_id = after["withdrawn"], after.get("team")
    change = CatalogueChange(
        kind=kind,
        entry=entry_id,
        person=actor.id,
        changed_at=now,
        before=json.dumps(before),
        after=json.dumps(after),
        undoes=undoes,
    )
    await CatalogueChange.insert(change)
    await write_audit(
        "catalogue.changed" if kind != EntryKind.PHRASE else "phrase.removed" if gone else "phrase.kept",
        now=now,
        person_id=actor.id,
        team_id=team_id,
    )


async def list_changes(
    kind: EntryKind, entry_id: int | None = None, *, change_id: int | None = None
) -> list[EntryChange]:
    """The latest first: of one entry, of a whole kind, or a single change."""
    query = (
        CatalogueChange.select(
            CatalogueChange.id,
            CatalogueChange.entry,
            CatalogueChange.person.first_name.as_alias("first_name"),
            CatalogueChange.person.last_name.as_alias("last_name"),
            CatalogueChange.changed_at,
            CatalogueChange.before,
            CatalogueChange.after,
            CatalogueChange.undoes,
        )
        .where(CatalogueChange.kind == kind)
        .order_by(CatalogueChange.id, ascending=False)
    )
    if entry_id is not None:
        query = query.where(CatalogueChange.entry == entry_id)
    if change_id is not None:
        query = query.where(CatalogueChange.id == change_id)
    return [
        EntryChange(
            id=row["id"],
            kind=kind,
            entry_id=row["entry"],
            by=f"{row['first_name']} {row['last_name']}".strip(),
            changed_at=row["changed_at"],
            before=json.loads(row["before"]),
            after=json.loads(row["after"]),
            undoes=row["undoes"],
        )
        for row in await query
    ]


async def find_version(kind: EntryKind, entry_id: int) -> int:
    """The id of the entry's last change; 0 when it was never edited."""
    changes = CatalogueChange.select(CatalogueChange.id).where(
        CatalogueChange.kind == kind, CatalogueChange.entry == entry_id
    )
    row = await changes.order_by(CatalogueChange.id, ascending=False).first()
    return int(row["id"]) if row else 0


async def load_versions(kind: EntryKind) -> dict[int, int]:
    """Entry id -> id of its last change, for edited entries."""
    return {change.entry_id: change.id for change in reversed(await list_changes(kind))}


async def find_edited_entries(kind: EntryKind) -> frozenset[int]:
    """The entries that were edited or created on the pages."""
    rows = await CatalogueChange.select(CatalogueChange.entry).where(CatalogueChange.kind == kind)
    return frozenset(row["entry"] for row in rows)


NameInParent = tuple[int | None, str]
"""The parent's id (the category of a subject), and the name."""


async def load_name_history(kind: EntryKind) -> dict[NameInParent, int]:
    """Every name that an entry has or had -> the entry's id. A name that was reused belongs to its present entry."""
    found = {
        _build_name_key(kind, change.before): change.entry_id for change in await list_changes(kind) if change.before
    }
    return found | {_build_name_key(kind, entry.state): entry.id for entry in await load_entries(kind)}


def _build_name_key(kind: EntryKind, state: EntryState) -> NameInParent:
    shelf = ENTRY_TABLES[kind]
    return state.get(shelf.parent_column), str(state[shelf.name_column])
