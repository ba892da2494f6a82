"""The catalogue's entries as plain values by name. Only this module knows the tables of an entry.

An entry is never deleted. Once withdrawn, it is not offered, and stays readable where it was used. Source: features.md
P8.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from piccolo.columns import Column
from piccolo.table import Table

from db.engine import is_postgres
from db.tables.catalogue import CatalogueChange, Category, CategoryOrganisation, Subject, SubjectOrganisation
from db.tables.citizen_fields import CitizenField
from db.tables.organisations import Organisation
from db.tables.phrases import Phrase

EntryState = dict[str, Any]
"""Column name -> value, and « withdrawn ». A category or a subject also has « organisations », a list of ids."""
_LOCK_ID = 20261124  # arbitrary, the same in every process


class EntryKind(StrEnum):
    ORGANISATION = "organisation"
    FIELD = "field"
    CATEGORY = "category"
    SUBJECT = "subject"
    PHRASE = "phrase"


@dataclass(frozen=True)
class EntryTable:
    """Where entries of a kind are stored.

    `name_column` is the name that people know an entry by, unique among the entries with the same `parent_column`.
    """

    table: type[Table]
    name_column: str
    columns: tuple[str, ...]
    parent_column: str = ""
    link_table: type[Table] | None = None
    link_owner: str = ""

    @property
    def is_ordered(self) -> bool:
        return "position" in self.columns

    def get_column(self, name: str) -> Column:
        return self.table._meta.get_column_by_name(name)


ENTRY_TABLES = {
    EntryKind.ORGANISATION: EntryTable(Organisation, "acronym", ("acronym", "name", "kind", "asked_field", "notice")),
    EntryKind.FIELD: EntryTable(CitizenField, "label", ("label", "group", "hint", "position")),
    EntryKind.CATEGORY: EntryTable(
        Category, "name", ("name", "description", "position"), link_table=CategoryOrganisation, link_owner="category"
    ),
    EntryKind.SUBJECT: EntryTable(
        Subject,
        "name",
        ("category", "name", "procedure", "position"),
        parent_column="category",
        link_table=SubjectOrganisation,
        link_owner="subject",
    ),
    EntryKind.PHRASE: EntryTable(
        Phrase,
        "title",
        ("team", "person", "title", "body", "answer", "remind_days", "position"),
        parent_column="team",
    ),
}


@dataclass(frozen=True)
class Entry:
    id: int
    kind: EntryKind
    state: EntryState

    @property
    def name(self) -> str:
        return str(self.state[ENTRY_TABLES[self.kind].name_column])

    @property
    def withdrawn(self) -> bool:
        return bool(self.state["withdrawn"])


async def lock_catalogue() -> None:
    """No other transaction changes the catalogue until this one ends, so names stay unique and versions comparable."""
    if is_postgres():
        await CatalogueChange.raw("SELECT pg_advisory_xact_lock({})", _LOCK_ID)


async def load_entries(kind: EntryKind) -> list[Entry]:
    """All entries in their order, withdrawn ones included."""
    shelf = ENTRY_TABLES[kind]
    order = [shelf.get_column(shelf.parent_column)] if shelf.parent_column else []
    order += [shelf.get_column("position")] if shelf.is_ordered else [shelf.get_column(shelf.name_column)]
    rows = await shelf.table.select().order_by(*order, shelf.get_column("id"))
    linked = await _load_links(shelf)
    return [Entry(row["id"], kind, _decode_state(shelf, row, linked)) for row in rows]


async def find_entry(kind: EntryKind, entry_id: int) -> Entry | None:
    shelf = ENTRY_TABLES[kind]
    row = await shelf.table.select().where(shelf.get_column("id") == entry_id).first()
    return Entry(entry_id, kind, _decode_state(shelf, row, await _load_links(shelf, entry_id))) if row else None


def _decode_state(shelf: EntryTable, row: dict[str, Any], linked: dict[int, list[int]]) -> EntryState:
    state: EntryState = {name: row[name] for name in shelf.columns}
    state["withdrawn"] = row["withdrawn_at"] is not None
    if shelf.link_table:
        state["organisations"] = linked.get(row["id"], [])
    return state


async def _load_links(shelf: EntryTable, entry_id: int | None = None) -> dict[int, list[int]]:
    """Entry id -> ids of its organisations, in the order in which they are contacted."""
    found: dict[int, list[int]] = {}
    if shelf.link_table:
        query = shelf.link_table.select().order_by(shelf.link_table._meta.get_column_by_name("position"))
        if entry_id is not None:
            query = query.where(_get_owner_column(shelf) == entry_id)
        for row in await query:
            found.setdefault(row[shelf.link_owner], []).append(row["organisation"])
    return found


def _get_owner_column(shelf: EntryTable) -> Column:
    assert shelf.link_table
    return shelf.link_table._meta.get_column_by_name(shelf.link_owner)


async def load_entry_names(kind: EntryKind) -> dict[int, str]:
    """Withdrawn entries included: a case that uses one still shows its name."""
    return {entry.id: entry.name for entry in await load_entries(kind)}


async def insert_entry(kind: EntryKind, state: EntryState) -> int:
    """Returns the new entry's id."""
    shelf = ENTRY_TABLES[kind]
    row = shelf.table(**{name: state[name] for name in shelf.columns})
    entry_id = int((await shelf.table.insert(row).returning(shelf.get_column("id")))[0]["id"])
    await _write_links(shelf, entry_id, state)
    return entry_id


async def write_entry(kind: EntryKind, entry_id: int, changed: EntryState, now: datetime) -> None:
    """`changed` has only the values that changed."""
    shelf = ENTRY_TABLES[kind]
    values: dict[Any, Any] = {shelf.get_column(name): changed[name] for name in shelf.columns if name in changed}
    if "withdrawn" in changed:
        values[shelf.get_column("withdrawn_at")] = now if changed["withdrawn"] else None
    if values:
        await shelf.table.update(values).where(shelf.get_column("id") == entry_id)
    await _write_links(shelf, entry_id, changed)


async def _write_links(shelf: EntryTable, entry_id: int, state: EntryState) -> None:
    if not shelf.link_table or "organisations" not in state:
        return
    await shelf.link_table.delete().where(_get_owner_column(shelf) == entry_id)
    rows = [
        shelf.link_table(**{shelf.link_owner: entry_id, "organisation": organisation, "position": at})
        for at, organisation in enumerate(state["organisations"])
    ]
    if rows:
        await shelf.link_table.insert(*rows)
