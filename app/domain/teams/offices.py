"""The France Services offices, from the open list of 2 March 2020: each row becomes a helper team, or says why not.

The list's addresses are for reading on a page: nothing is ever sent to them.
"""

import csv
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from app.domain.errors import Invalid
from db.engine import transaction
from db.tables import Area, Organisation, Team, TeamArea


@dataclass(frozen=True)
class Office:
    """One row, cleaned. line is its line in the file, the heading being line 1."""

    line: int
    registry_number: str
    area: str
    name: str
    street: str
    postal_code: str
    commune: str
    contact_address: str
    phone: str


@dataclass
class OfficeReport:
    """How many are new, corrected, as they were; and (line, reason) for each row that could not be taken."""

    created: int = 0
    corrected: int = 0
    unchanged: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


async def load_offices(path: Path) -> OfficeReport:
    report = OfficeReport()
    async with transaction():
        areas = {row["code"] for row in await Area.select(Area.code)}
        offices = _offices(path, areas, report)
        await _write(offices, report)
    return report


def _offices(path: Path, areas: set[str], report: OfficeReport) -> list[Office]:
    taken: dict[str, Office] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter=";")
        for row in reader:
            try:
                office = read_office(row, reader.line_num, areas)
                if office.registry_number in taken:
                    raise Invalid(matricule=f"le matricule {office.registry_number} figure déjà plus haut")
            except Invalid as refused:
                report.refused.append((reader.line_num, str(refused)))
            else:
                taken[office.registry_number] = office
    return list(taken.values())


def read_office(row: dict[str, str], line: int, areas: set[str]) -> Office:
    """Raises Invalid, saying which column cannot be read."""
    cells = {heading: clean(value) for heading, value in row.items() if heading}
    number, name = cells["MATRICULE"], cells["FRANCE SERVICES"] or cells["COMMUNE"].title()
    if not number or not name:
        raise Invalid(ligne="ni matricule ni nom")
    area = department(cells["DEPARTEMENT"], cells["CODE INSEE"], cells["CODE POSTAL"])
    if area not in areas:
        raise Invalid(departement=f"le département « {cells['DEPARTEMENT']} » n’existe pas")
    return Office(
        line=line,
        registry_number=number[:20],
        area=area,
        name=f"France Services {name}"[:200],
        street=", ".join(part for part in (cells["ADRESSE"], cells["COMPLEMENT D'ADRESSE"]) if part)[:250],
        postal_code=cells["CODE POSTAL"].zfill(5)[:5] if cells["CODE POSTAL"] else "",
        commune=cells["COMMUNE"][:100],
        contact_address=cells["CONTACT MAIL"][:254],
        phone=cells["TELEPHONE"][:40],
    )


def clean(cell: str | None) -> str:
    """Blanks of every kind become one; « - » and its like mean nothing."""
    text = " ".join((cell or "").split())
    return "" if text in {"-", "--", "/", "."} else text


def department(typed: str, commune_code: str, postal_code: str) -> str:
    """« 1 » is « 01 »; Corsica and overseas are told from the commune's or the postal code."""
    code = typed.upper()
    if code in {"20", "2", "97", ""} or not code:
        for other in (commune_code.upper(), postal_code):
            if other[:2] in {"2A", "2B"}:
                return other[:2]
            if other[:2] == "97":
                return other[:3]
    return code.zfill(2) if code.isdecimal() else code


_COLUMNS = ("name", "street", "postal_code", "commune", "contact_address", "phone")


async def _write(offices: list[Office], report: OfficeReport) -> None:
    helper = await Organisation.select(Organisation.id).where(Organisation.acronym == "FS").first()
    assert helper is not None, "the organisations come first"
    rows = await Team.select().where(Team.registry_number.is_not_null())
    known = {row["registry_number"]: row for row in rows}
    new = []
    for office in offices:
        values: dict[Any, Any] = {name: value for name, value in asdict(office).items() if name in _COLUMNS}
        found = known.get(office.registry_number)
        if found is None:
            new.append(office)
        elif any(found[name] != value for name, value in values.items()):
            await Team.update(values).where(Team.id == found["id"])
            report.corrected += 1
        else:
            report.unchanged += 1
    report.created = len(new)
    await _insert(new, helper["id"])


async def _insert(offices: list[Office], organisation_id: int) -> None:
    for start in range(0, len(offices), 50):
        batch = offices[start : start + 50]
        teams = (
            Team(
                organisation=organisation_id,
                registry_number=office.registry_number,
                **{name: value for name, value in asdict(office).items() if name in _COLUMNS},
            )
            for office in batch
        )
        ids = await Team.insert(*teams).returning(Team.id, Team.registry_number)
        by_number = {row["registry_number"]: row["id"] for row in ids}
        await TeamArea.insert(*(TeamArea(team=by_number[office.registry_number], area=office.area) for office in batch))
