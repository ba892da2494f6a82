"""Loads db/reference/: territories, organisations, what identifies a citizen, the guided catalogue.

A second load changes nothing; a label corrected in a file is corrected in the database.
"""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from piccolo.columns import Column
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


async def _keep(table: type[Table], key: tuple[Column, ...], rows: Iterable[dict[str, Any]]) -> None:
    """Inserts what is new, corrects what differs, by the natural key."""
    known = {_key(row, key): row for row in await table.select()}
    new = []
    for row in rows:
        found = known.get(_key(row, key))
        if found is None:
            new.append(table(**row))
        elif any(found[name] != value for name, value in row.items()):
            await table.update(dict(row.items())).where(
                table._meta.primary_key == found[table._meta.primary_key._meta.name]
            )
    if new:
        await table.insert(*new)


def _key(row: dict[str, Any], key: tuple[Column, ...]) -> tuple[Any, ...]:
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
    await _keep(
        CategoryOrganisation,
        (CategoryOrganisation.category, CategoryOrganisation.organisation),
        [
            {
                "category": categories[entry["categorie"]],
                "organisation": organisations[acronym],
                "position": at,
            }
            for entry in entries
            for at, acronym in enumerate(entry["organismes"])
        ],
    )
    for entry in entries:
        await _load_subjects(categories[entry["categorie"]], entry["sujets"], organisations)


def _category(entry: dict[str, Any], position: int) -> dict[str, Any]:
    return {"name": entry["categorie"], "description": entry["description"], "position": position}


async def _load_subjects(category: int, entries: list[dict[str, Any]], organisations: dict[str, int]) -> None:
    rows = [{"category": category, "name": entry["sujet"], "position": at} for at, entry in enumerate(entries)]
    await _keep(Subject, (Subject.category, Subject.name), rows)
    known = await Subject.select(Subject.id, Subject.name).where(Subject.category == category)
    subjects = {row["name"]: row["id"] for row in known}
    await _keep(
        SubjectOrganisation,
        (SubjectOrganisation.subject, SubjectOrganisation.organisation),
        [
            {"subject": subjects[entry["sujet"]], "organisation": organisations[acronym], "position": at}
            for entry in entries
            for at, acronym in enumerate(entry["organismes"])
        ],
    )
