"""The history of each entry: who, when, what was there before and after. It is what says that an entry was edited.

Whole states are kept, so that a change can be taken back and a former name found again.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.audit.log import write_audit
from app.domain.catalogue.entries import SHELVES, Entry, Kind, State, entries
from db.tables import CatalogueChange


@dataclass(frozen=True)
class Change:
    """before is empty for a new entry."""

    id: int
    kind: Kind
    entry_id: int
    by: str
    changed_at: datetime
    before: State
    after: State
    undoes: int | None

    @property
    def names(self) -> list[str]:
        """What changed; of a new entry, all of it."""
        return [name for name, value in self.after.items() if self.before.get(name, ...) != value]

    def holds(self, entry: Entry) -> bool:
        """Nothing of it was changed since: it can be taken back."""
        if not self.before:
            return not entry.withdrawn
        return all(entry.state[name] == self.after[name] for name in self.names)


async def record_change(
    actor: Actor, kind: Kind, entry_id: int, before: State, after: State, now: datetime, undoes: int | None = None
) -> None:
    """Inside the verb's transaction. The trail says that it happened, not what it says."""
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
        "catalogue.changed" if kind != Kind.PHRASE else "phrase.removed" if gone else "phrase.kept",
        now=now,
        person_id=actor.id,
        team_id=team_id,
    )


async def changes_of(kind: Kind, entry_id: int | None = None, *, change_id: int | None = None) -> list[Change]:
    """The latest first: of one entry, of a whole kind, or one change alone."""
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
        Change(
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


async def version_of(kind: Kind, entry_id: int) -> int:
    """The number of the entry's last change; 0 when nobody edited it."""
    changes = CatalogueChange.select(CatalogueChange.id).where(
        CatalogueChange.kind == kind, CatalogueChange.entry == entry_id
    )
    row = await changes.order_by(CatalogueChange.id, ascending=False).first()
    return int(row["id"]) if row else 0


async def versions(kind: Kind) -> dict[int, int]:
    """Of each entry that somebody edited, the number of its last change."""
    return {change.entry_id: change.id for change in reversed(await changes_of(kind))}


async def edited(kind: Kind) -> frozenset[int]:
    """The entries that somebody changed or made on the pages."""
    rows = await CatalogueChange.select(CatalogueChange.entry).where(CatalogueChange.kind == kind)
    return frozenset(row["entry"] for row in rows)


Named = tuple[int | None, str]
"""Among which others (the category of a subject), and the name."""


async def ever_named(kind: Kind) -> dict[Named, int]:
    """Every name that an entry has or had -> the entry; a name given to another one since is that one's."""
    found = {_named(kind, change.before): change.entry_id for change in await changes_of(kind) if change.before}
    return found | {_named(kind, entry.state): entry.id for entry in await entries(kind)}


def _named(kind: Kind, state: State) -> Named:
    shelf = SHELVES[kind]
    return state.get(shelf.within), str(state[shelf.name])
