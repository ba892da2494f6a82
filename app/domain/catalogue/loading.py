"""Loads db/reference/: territories, organisations, fields that identify a citizen, the guided catalogue.

A second load writes nothing. A label that is corrected in a file is corrected in the database. The files never change
an entry that was edited on the catalogue’s pages, and never add it again under its former name.
"""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from piccolo.columns import Column
from piccolo.columns.combination import Where
from piccolo.columns.operators.comparison import Equal
from piccolo.table import Table

from app.domain.catalogue.entries import ENTRY_TABLES, EntryKind, EntryTable, lock_catalogue
from app.domain.catalogue.history import NameInParent, find_edited_entries, load_name_history
from app.domain.search.people_and_teams import index_organisation
from app.settings import ROOT
from db.engine import transaction
from db.tables.areas import Area
from db.tables.organisations import Organisation

REFERENCE = ROOT / "db" / "reference"
_KINDS = {"operateur": "operator", "aidant": "helper"}
Row = dict[str, Any]
Key = tuple[Column, ...]


async def load_reference(folder: Path = REFERENCE) -> None:
    """All in one transaction."""
    async with transaction():
        await lock_catalogue()
        await _load_areas(folder)
        fields = await _load_fields(folder)
        organisations = await _load_organisations(folder, fields)
        await _load_catalogue(folder, organisations)


def _read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


async def _upsert_rows(table: type[Table], key: Key, rows: Iterable[Row]) -> None:
    """Inserts new rows and corrects those that differ, by natural key. Rows that the file no longer has stay."""
    known = {_build_key(row, key): row for row in await table.select()}
    new = []
    for row in rows:
        found = known.get(_build_key(row, key))
        if found is None:
            new.append(table(**row))
        elif any(found[name] != value for name, value in row.items()):
            await table.update(dict(row.items())).where(_build_row_condition(table, found))
    if new:
        await table.insert(*new)


async def _upsert_entries(kind: EntryKind, rows: list[Row]) -> dict[NameInParent, int]:
    """Skips the rows that have a present or former name of an edited entry. Returns the id of each name."""
    shelf, theirs = ENTRY_TABLES[kind], await find_edited_entries(kind)
    edited_names = {name for name, entry in (await load_name_history(kind)).items() if entry in theirs}
    named = [row for row in rows if (row.get(shelf.parent_column), row[shelf.name_column]) not in edited_names]
    await _upsert_rows(shelf.table, _get_key_columns(shelf), named)
    return await load_name_history(kind)


def _get_key_columns(shelf: EntryTable) -> Key:
    return (
        (shelf.get_column(shelf.parent_column), shelf.get_column(shelf.name_column))
        if shelf.parent_column
        else (shelf.get_column(shelf.name_column),)
    )


async def _sync_links(kind: EntryKind, rows: list[Row]) -> None:
    """For entries that were never edited, deletes the links that the file no longer has.

    Otherwise a case would still be offered to an organisation that was removed.
    """
    shelf, theirs = ENTRY_TABLES[kind], await find_edited_entries(kind)
    assert shelf.link_table
    key = tuple(shelf.link_table._meta.get_column_by_name(name) for name in (shelf.link_owner, "organisation"))
    kept = [row for row in rows if row[shelf.link_owner] not in theirs]
    said = {_build_key(row, key) for row in kept}
    for row in await shelf.link_table.select():
        if row[shelf.link_owner] not in theirs and _build_key(row, key) not in said:
            await shelf.link_table.delete().where(_build_row_condition(shelf.link_table, row))
    await _upsert_rows(shelf.link_table, key, kept)


def _build_row_condition(table: type[Table], row: Row) -> Where:
    primary_key = table._meta.primary_key
    return Where(primary_key, row[primary_key._meta.name], operator=Equal)


def _build_key(row: Row, key: Key) -> tuple[Any, ...]:
    return tuple(row[column._meta.name] for column in key)


async def _load_areas(folder: Path) -> None:
    rows = ({"code": row["code_insee"], "name": row["nom"]} for row in _read_csv(folder / "territoires.csv"))
    await _upsert_rows(Area, (Area.code,), rows)


async def _load_fields(folder: Path) -> dict[NameInParent, int]:
    rows = [
        {"label": row["libelle"], "group": row["groupe"], "hint": row["aide"], "position": position}
        for position, row in enumerate(_read_csv(folder / "champs_usager.csv"))
    ]
    return await _upsert_entries(EntryKind.FIELD, rows)


async def _load_organisations(folder: Path, fields: dict[NameInParent, int]) -> dict[NameInParent, int]:
    rows = [
        {
            "acronym": row["sigle"],
            "name": row["nom"],
            "kind": _KINDS[row["role"]],
            "asked_field": fields[None, row["champ_demande"]] if row["champ_demande"] else None,
        }
        for row in _read_csv(folder / "organismes.csv")
    ]
    before = await _load_organisation_names()
    kept = await _upsert_entries(EntryKind.ORGANISATION, rows)
    for organisation, name in await _load_organisation_names():
        if (organisation, name) not in before:
            await index_organisation(organisation)
    return kept


async def _load_organisation_names() -> set[tuple[int, str]]:
    return {(row["id"], row["name"]) for row in await Organisation.select(Organisation.id, Organisation.name)}


async def _load_catalogue(folder: Path, organisations: dict[NameInParent, int]) -> None:
    entries = yaml.safe_load((folder / "mode_guide.yaml").read_text(encoding="utf-8"))
    categories = await _upsert_entries(
        EntryKind.CATEGORY, [_build_category(entry, at) for at, entry in enumerate(entries)]
    )
    by_category = [(categories[None, entry["categorie"]], entry) for entry in entries]
    await _sync_links(
        EntryKind.CATEGORY,
        [
            link
            for category, entry in by_category
            for link in _build_links("category", category, entry["organismes"], organisations)
        ],
    )
    await _load_subjects([(category, entry["sujets"]) for category, entry in by_category], organisations)


def _build_category(entry: Row, position: int) -> Row:
    return {"name": entry["categorie"], "description": entry["description"], "position": position}


def _build_links(owner: str, owner_id: int, acronyms: list[str], organisations: dict[NameInParent, int]) -> list[Row]:
    """The organisations that a category or a subject contacts, in the file's order."""
    return [
        {owner: owner_id, "organisation": organisations[None, acronym], "position": at}
        for at, acronym in enumerate(acronyms)
    ]


async def _load_subjects(by_category: list[tuple[int, list[Row]]], organisations: dict[NameInParent, int]) -> None:
    rows = [
        {"category": category, "name": entry["sujet"], "position": at}
        for category, entries in by_category
        for at, entry in enumerate(entries)
    ]
    subjects = await _upsert_entries(EntryKind.SUBJECT, rows)
    await _sync_links(
        EntryKind.SUBJECT,
        [
            link
            for category, entries in by_category
            for entry in entries
            for link in _build_links("subject", subjects[category, entry["sujet"]], entry["organismes"], organisations)
        ],
    )
