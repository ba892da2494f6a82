"""Loads db/reference/: territories, organisations, what identifies a citizen, the guided catalogue.

A second load writes nothing; a label corrected in a file is corrected in the database.
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

from app.settings import ROOT
from db.engine import transaction
from db.tables import (
    Area,
    Category,
    CategoryOrganisation,
    CitizenField,
    Organisation,
    Subject,
    SubjectOrganisation,
)

REFERENCE = ROOT / "db" / "reference"
_KINDS = {"operateur": "operator", "aidant": "helper"}
Row = dict[str, Any]
Key = tuple[Column, ...]


async def load_reference(folder: Path = REFERENCE) -> None:
    """All of it, in one transaction."""
    async with transaction():
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


async def _keep_exactly(table: type[Table], key: Key, rows: list[Row]) -> None:
    """The same, and what the file no longer says goes: a case must not be proposed to an organisation struck off."""
    said = {_key(row, key) for row in rows}
    for row in await table.select():
        if _key(row, key) not in said:
            await table.delete().where(_same(table, row))
    await _keep(table, key, rows)


def _same(table: type[Table], row: Row) -> Where:
    primary_key = table._meta.primary_key
    return Where(primary_key, row[primary_key._meta.name], operator=Equal)


def _key(row: Row, key: Key) -> tuple[Any, ...]:
    return tuple(row[column._meta.name] for column in key)


async def _load_areas(folder: Path) -> None:
    rows = ({"code": row["code_insee"], "name": row["nom"]} for row in _rows(folder / "territoires.csv"))
    await _keep(Area, (Area.code,), rows)


async def _load_fields(folder: Path) -> dict[str, int]:
    rows = (
        {"label": row["libelle"], "group": row["groupe"], "hint": row["aide"], "position": position}
        for position, row in enumerate(_rows(folder / "champs_usager.csv"))
    )
    await _keep(CitizenField, (CitizenField.label,), rows)
    return {row["label"]: row["id"] for row in await CitizenField.select(CitizenField.id, CitizenField.label)}


async def _load_organisations(folder: Path, fields: dict[str, int]) -> dict[str, int]:
    rows = (
        {
            "acronym": row["sigle"],
            "name": row["nom"],
            "kind": _KINDS[row["role"]],
            "asked_field": fields[row["champ_demande"]] if row["champ_demande"] else None,
        }
        for row in _rows(folder / "organismes.csv")
    )
    await _keep(Organisation, (Organisation.acronym,), rows)
    known = await Organisation.select(Organisation.id, Organisation.acronym)
    return {row["acronym"]: row["id"] for row in known}


async def _load_catalogue(folder: Path, organisations: dict[str, int]) -> None:
    entries = yaml.safe_load((folder / "mode_guide.yaml").read_text(encoding="utf-8"))
    await _keep(Category, (Category.name,), (_category(entry, at) for at, entry in enumerate(entries)))
    categories = {row["name"]: row["id"] for row in await Category.select(Category.id, Category.name)}
    await _keep_exactly(
        CategoryOrganisation,
        (CategoryOrganisation.category, CategoryOrganisation.organisation),
        [
            link
            for entry in entries
            for link in _links("category", categories[entry["categorie"]], entry["organismes"], organisations)
        ],
    )
    await _load_subjects([(categories[entry["categorie"]], entry["sujets"]) for entry in entries], organisations)


def _category(entry: Row, position: int) -> Row:
    return {"name": entry["categorie"], "description": entry["description"], "position": position}


def _links(owner: str, owner_id: int, acronyms: list[str], organisations: dict[str, int]) -> list[Row]:
    """The organisations that a category or a subject contacts, in the file's order."""
    return [
        {owner: owner_id, "organisation": organisations[acronym], "position": at} for at, acronym in enumerate(acronyms)
    ]


async def _load_subjects(by_category: list[tuple[int, list[Row]]], organisations: dict[str, int]) -> None:
    rows = [
        {"category": category, "name": entry["sujet"], "position": at}
        for category, entries in by_category
        for at, entry in enumerate(entries)
    ]
    await _keep(Subject, (Subject.category, Subject.name), rows)
    known = await Subject.select(Subject.id, Subject.category, Subject.name)
    subjects = {(row["category"], row["name"]): row["id"] for row in known}
    await _keep_exactly(
        SubjectOrganisation,
        (SubjectOrganisation.subject, SubjectOrganisation.organisation),
        [
            link
            for category, entries in by_category
            for entry in entries
            for link in _links("subject", subjects[category, entry["sujet"]], entry["organismes"], organisations)
        ],
    )
