"""Loads db/reference/: territories, organisations, what identifies a citizen, the guided catalogue.

A second load writes nothing; a label corrected in a file is corrected in the database. What somebody edited on the
catalogue’s pages is theirs: the files no longer touch it, nor bring back under its former name what they renamed.
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

from app.domain.catalogue.entries import SHELVES, Kind, Shelf, one_editor
from app.domain.catalogue.history import Named, edited, ever_named
from app.domain.search.people_and_teams import index_organisation
from app.settings import ROOT
from db.engine import transaction
from db.tables import Area, Organisation

REFERENCE = ROOT / "db" / "reference"
_KINDS = {"operateur": "operator", "aidant": "helper"}
Row = dict[str, Any]
Key = tuple[Column, ...]


async def load_reference(folder: Path = REFERENCE) -> None:
    """All of it, in one transaction."""
    async with transaction():
        await one_editor()
        await _load_areas(folder)
        fields = await _load_fields(folder)
        organisations = await _load_organisations(folder, fields)
        await _load_catalogue(folder, organisations)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


async def _keep(table: type[Table], key: Key, rows: Iterable[Row]) -> None:
    """Inserts what is new, corrects what differs, by the natural key; what the file no longer says stays."""
    known = {_key(row, key): row for row in await table.select()}
    new = []
    for row in rows:
        found = known.get(_key(row, key))
        if found is None:
            new.append(table(**row))
        elif any(found[name] != value for name, value in row.items()):
            await table.update(dict(row.items())).where(_same(table, found))
    if new:
        await table.insert(*new)


async def _keep_entries(kind: Kind, rows: list[Row]) -> dict[Named, int]:
    """The same for the catalogue's entries; an edited one is untouched, under each name that it had. Returns them."""
    shelf, theirs = SHELVES[kind], await edited(kind)
    edited_names = {name for name, entry in (await ever_named(kind)).items() if entry in theirs}
    named = [row for row in rows if (row.get(shelf.within), row[shelf.name]) not in edited_names]
    await _keep(shelf.table, _columns(shelf), named)
    return await ever_named(kind)


def _columns(shelf: Shelf) -> Key:
    return (shelf.column(shelf.within), shelf.column(shelf.name)) if shelf.within else (shelf.column(shelf.name),)


async def _keep_links(kind: Kind, rows: list[Row]) -> None:
    """Of the entries nobody edited, exactly those of the file: a case is not proposed to an organisation struck off."""
    shelf, theirs = SHELVES[kind], await edited(kind)
    assert shelf.links
    key = tuple(shelf.links._meta.get_column_by_name(name) for name in (shelf.owner, "organisation"))
    kept = [row for row in rows if row[shelf.owner] not in theirs]
    said = {_key(row, key) for row in kept}
    for row in await shelf.links.select():
        if row[shelf.owner] not in theirs and _key(row, key) not in said:
            await shelf.links.delete().where(_same(shelf.links, row))
    await _keep(shelf.links, key, kept)


def _same(table: type[Table], row: Row) -> Where:
    primary_key = table._meta.primary_key
    return Where(primary_key, row[primary_key._meta.name], operator=Equal)


def _key(row: Row, key: Key) -> tuple[Any, ...]:
    return tuple(row[column._meta.name] for column in key)


async def _load_areas(folder: Path) -> None:
    rows = ({"code": row["code_insee"], "name": row["nom"]} for row in _rows(folder / "territoires.csv"))
    await _keep(Area, (Area.code,), rows)


async def _load_fields(folder: Path) -> dict[Named, int]:
    rows = [
        {"label": row["libelle"], "group": row["groupe"], "hint": row["aide"], "position": position}
        for position, row in enumerate(_rows(folder / "champs_usager.csv"))
    ]
    return await _keep_entries(Kind.FIELD, rows)


async def _load_organisations(folder: Path, fields: dict[Named, int]) -> dict[Named, int]:
    rows = [
        {
            "acronym": row["sigle"],
            "name": row["nom"],
            "kind": _KINDS[row["role"]],
            "asked_field": fields[None, row["champ_demande"]] if row["champ_demande"] else None,
        }
        for row in _rows(folder / "organismes.csv")
    ]
    before = await _names()
    kept = await _keep_entries(Kind.ORGANISATION, rows)
    for organisation, name in await _names():
        if (organisation, name) not in before:
            await index_organisation(organisation)
    return kept


async def _names() -> set[tuple[int, str]]:
    return {(row["id"], row["name"]) for row in await Organisation.select(Organisation.id, Organisation.name)}


async def _load_catalogue(folder: Path, organisations: dict[Named, int]) -> None:
    entries = yaml.safe_load((folder / "mode_guide.yaml").read_text(encoding="utf-8"))
    categories = await _keep_entries(Kind.CATEGORY, [_category(entry, at) for at, entry in enumerate(entries)])
    by_category = [(categories[None, entry["categorie"]], entry) for entry in entries]
    await _keep_links(
        Kind.CATEGORY,
        [
            link
            for category, entry in by_category
            for link in _links("category", category, entry["organismes"], organisations)
        ],
    )
    await _load_subjects([(category, entry["sujets"]) for category, entry in by_category], organisations)


def _category(entry: Row, position: int) -> Row:
    return {"name": entry["categorie"], "description": entry["description"], "position": position}


def _links(owner: str, owner_id: int, acronyms: list[str], organisations: dict[Named, int]) -> list[Row]:
    """The organisations that a category or a subject contacts, in the file's order."""
    return [
        {owner: owner_id, "organisation": organisations[None, acronym], "position": at}
        for at, acronym in enumerate(acronyms)
    ]


async def _load_subjects(by_category: list[tuple[int, list[Row]]], organisations: dict[Named, int]) -> None:
    rows = [
        {"category": category, "name": entry["sujet"], "position": at}
        for category, entries in by_category
        for at, entry in enumerate(entries)
    ]
    subjects = await _keep_entries(Kind.SUBJECT, rows)
    await _keep_links(
        Kind.SUBJECT,
        [
            link
            for category, entries in by_category
            for entry in entries
            for link in _links("subject", subjects[category, entry["sujet"]], entry["organismes"], organisations)
        ],
    )
