"""What the catalogue holds, as plain values by name: the one place that knows in which tables an entry lies.

An entry is never deleted: withdrawn, it is offered nowhere any more, and stays readable where it was used.
Source: features.md P8.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from piccolo.columns import Column
from piccolo.table import Table

from db.engine import is_postgres
from db.tables import (
    CatalogueChange,
    Category,
    CategoryOrganisation,
    CitizenField,
    Organisation,
    Phrase,
    Subject,
    SubjectOrganisation,
)

State = dict[str, Any]
"""name of a column -> its value; besides, « withdrawn » and, of a category or a subject, « organisations » (ids)."""
_LOCK = 20261124  # any number, the same for all who change one PostgreSQL catalogue


class Kind(StrEnum):
    ORGANISATION = "organisation"
    FIELD = "field"
    CATEGORY = "category"
    SUBJECT = "subject"
    PHRASE = "phrase"


@dataclass(frozen=True)
class Shelf:
    """Where a kind lies. name is the column that people know an entry by, unique among those of the same `within`."""

    table: type[Table]
    name: str
    columns: tuple[str, ...]
    within: str = ""
    links: type[Table] | None = None
    owner: str = ""

    @property
    def ordered(self) -> bool:
        return "position" in self.columns

    def column(self, name: str) -> Column:
        return self.table._meta.get_column_by_name(name)


SHELVES = {
    Kind.ORGANISATION: Shelf(Organisation, "acronym", ("acronym", "name", "kind", "asked_field", "notice")),
    Kind.FIELD: Shelf(CitizenField, "label", ("label", "group", "hint", "position")),
    Kind.CATEGORY: Shelf(
        Category, "name", ("name", "description", "position"), links=CategoryOrganisation, owner="category"
    ),
    Kind.SUBJECT: Shelf(
        Subject,
        "name",
        ("category", "name", "procedure", "position"),
        within="category",
        links=SubjectOrganisation,
        owner="subject",
    ),
    Kind.PHRASE: Shelf(Phrase, "title", ("team", "title", "body", "position"), within="team"),
}


@dataclass(frozen=True)
class Entry:
    id: int
    kind: Kind
    state: State

    @property
    def name(self) -> str:
        return str(self.state[SHELVES[self.kind].name])

    @property
    def withdrawn(self) -> bool:
        return bool(self.state["withdrawn"])


async def one_editor() -> None:
    """Until the transaction ends nobody else changes the catalogue: names stay unique, versions comparable."""
    if is_postgres():
        await CatalogueChange.raw("SELECT pg_advisory_xact_lock({})", _LOCK)


async def entries(kind: Kind) -> list[Entry]:
    """All of them, the withdrawn ones too, in their order."""
    shelf = SHELVES[kind]
    order = [shelf.column(shelf.within)] if shelf.within else []
    order += [shelf.column("position")] if shelf.ordered else [shelf.column(shelf.name)]
    rows = await shelf.table.select().order_by(*order, shelf.column("id"))
    linked = await _links(shelf)
    return [Entry(row["id"], kind, _state(shelf, row, linked)) for row in rows]


async def entry_of(kind: Kind, entry_id: int) -> Entry | None:
    shelf = SHELVES[kind]
    row = await shelf.table.select().where(shelf.column("id") == entry_id).first()
    return Entry(entry_id, kind, _state(shelf, row, await _links(shelf, entry_id))) if row else None


def _state(shelf: Shelf, row: dict[str, Any], linked: dict[int, list[int]]) -> State:
    state: State = {name: row[name] for name in shelf.columns}
    state["withdrawn"] = row["withdrawn_at"] is not None
    if shelf.links:
        state["organisations"] = linked.get(row["id"], [])
    return state


async def _links(shelf: Shelf, entry_id: int | None = None) -> dict[int, list[int]]:
    """entry -> its organisations, in the order in which they are contacted."""
    found: dict[int, list[int]] = {}
    if shelf.links:
        query = shelf.links.select().order_by(shelf.links._meta.get_column_by_name("position"))
        if entry_id is not None:
            query = query.where(_owner(shelf) == entry_id)
        for row in await query:
            found.setdefault(row[shelf.owner], []).append(row["organisation"])
    return found


def _owner(shelf: Shelf) -> Column:
    assert shelf.links
    return shelf.links._meta.get_column_by_name(shelf.owner)


async def names_of(kind: Kind) -> dict[int, str]:
    """The withdrawn ones too: what uses them goes on naming them."""
    return {entry.id: entry.name for entry in await entries(kind)}


async def insert(kind: Kind, state: State) -> int:
    """The new entry's id."""
    shelf = SHELVES[kind]
    row = shelf.table(**{name: state[name] for name in shelf.columns})
    entry_id = int((await shelf.table.insert(row).returning(shelf.column("id")))[0]["id"])
    await _contact(shelf, entry_id, state)
    return entry_id


async def write(kind: Kind, entry_id: int, changed: State, now: datetime) -> None:
    """Only what changed."""
    shelf = SHELVES[kind]
    values: dict[Any, Any] = {shelf.column(name): changed[name] for name in shelf.columns if name in changed}
    if "withdrawn" in changed:
        values[shelf.column("withdrawn_at")] = now if changed["withdrawn"] else None
    if values:
        await shelf.table.update(values).where(shelf.column("id") == entry_id)
    await _contact(shelf, entry_id, changed)


async def _contact(shelf: Shelf, entry_id: int, state: State) -> None:
    if not shelf.links or "organisations" not in state:
        return
    await shelf.links.delete().where(_owner(shelf) == entry_id)
    rows = [
        shelf.links(**{shelf.owner: entry_id, "organisation": organisation, "position": at})
        for at, organisation in enumerate(state["organisations"])
    ]
    if rows:
        await shelf.links.insert(*rows)
