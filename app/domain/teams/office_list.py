"""Reading a list of France Services offices: a CSV file becomes typed offices, and a reason for each row refused.

Nothing is written here. The department is DEPARTEMENT's, compared with the commune's code and the postal code.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.errors import Invalid
from db.tables import Team

HEADINGS = (
    "MATRICULE",
    "DEPARTEMENT",
    "FRANCE SERVICES",
    "ADRESSE",
    "COMPLEMENT D'ADRESSE",
    "CODE INSEE",
    "CODE POSTAL",
    "COMMUNE",
    "CONTACT MAIL",
    "TELEPHONE",
)
_COLUMNS = (
    Team.registry_number,
    Team.name,
    Team.street,
    Team.postal_code,
    Team.commune,
    Team.contact_address,
    Team.phone,
)
Cells = dict[str, str]


@dataclass(frozen=True)
class Office:
    """One row, cleaned. line is where it begins in the file, the heading being line 1."""

    line: int
    area: str
    registry_number: str
    name: str
    street: str
    postal_code: str
    commune: str
    contact_address: str
    phone: str


@dataclass
class OfficeList:
    """(line, reason) for each row refused; (line, remark) for each taken that somebody should look at."""

    offices: list[Office] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    remarks: list[tuple[int, str]] = field(default_factory=list)


def read_offices(path: Path, areas: set[str]) -> OfficeList:
    """Every row, taken or refused. Raises Invalid when a column is missing."""
    found, numbers = OfficeList(), set()
    for line, cells in _rows(path):
        try:
            office = read_office(cells, line, areas)
            if office.registry_number in numbers:
                raise Invalid(matricule=f"le matricule {office.registry_number} figure déjà plus haut")
        except Invalid as refused:
            found.refused.append((line, str(refused)))
            continue
        numbers.add(office.registry_number)
        found.offices.append(office)
        found.remarks += [(line, remark) for remark in _remarks(office)]
    return found


def _rows(path: Path) -> Iterator[tuple[int, Cells]]:
    """Cells without a heading are left out; a row that spans lines has the number of its first."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter=";", restval="")
        missing = [heading for heading in HEADINGS if heading not in (reader.fieldnames or ())]
        if missing:
            raise Invalid(fichier=f"Il manque des colonnes : {', '.join(missing)}.")
        for row in reader:
            raw = {heading: row[heading] for heading in HEADINGS}
            breaks = sum(str(value).count("\n") for value in row.values())
            yield reader.line_num - breaks, {heading: clean(value) for heading, value in raw.items()}


def clean(cell: str) -> str:
    """Blanks of every kind become one; « - » and its like mean nothing."""
    text = " ".join(unicodedata.normalize("NFC", cell).split())
    return "" if text in {"-", "--", "/", "."} else text


def read_office(cells: Cells, line: int, areas: set[str]) -> Office:
    """Raises Invalid, saying what cannot be read."""
    if not cells["MATRICULE"] or not cells["FRANCE SERVICES"]:
        raise Invalid(ligne="il n’y a pas de matricule" if not cells["MATRICULE"] else "il n’y a pas de nom")
    office = Office(
        line=line,
        area=department(cells, areas),
        registry_number=cells["MATRICULE"],
        name=_name(cells["FRANCE SERVICES"]),
        street=", ".join(part for part in (cells["ADRESSE"], cells["COMPLEMENT D'ADRESSE"]) if part),
        postal_code=_five(cells["CODE POSTAL"]),
        commune=cells["COMMUNE"],
        contact_address=cells["CONTACT MAIL"],
        phone=phone(cells["TELEPHONE"]),
    )
    _check_lengths(office)
    return office


def _check_lengths(office: Office) -> None:
    for column in _COLUMNS:
        value = getattr(office, column._meta.name)
        if len(value) > (column.length or 0):
            raise Invalid(longueur=f"« {value} » dépasse {column.length} caractères")


def department(cells: Cells, areas: set[str]) -> str:
    """« 1 » is « 01 »; « 20 », « 97 » and nothing are told from the commune's code, else the postal code.

    A commune of another department refuses the row: a case would go to the wrong referents. A postal code does not,
    since some of them do cross a department's border.
    """
    typed, commune = cells["DEPARTEMENT"].upper(), department_of(cells["CODE INSEE"])
    code = typed.zfill(2) if typed.isdecimal() else typed
    if code in {"", "20", "97"}:
        code = commune or department_of(cells["CODE POSTAL"]) or code
    if code not in areas:
        raise Invalid(departement=f"le département « {cells['DEPARTEMENT']} » n’existe pas")
    if commune not in {"", code}:
        raise Invalid(departement=f"le département {code} n’est pas celui de la commune {cells['CODE INSEE']}")
    return code


def department_of(code: str) -> str:
    """Of a commune's code or a postal code, whose zero may be lost too; empty when it does not say.

    The postal codes of Corsica begin with 20, in both its departments.
    """
    code = _five(code.upper())
    if not re.fullmatch(r"[0-9][0-9AB][0-9]{3}", code) or code.startswith("20"):
        return ""
    return code[:3] if code.startswith("97") else code[:2]


def _five(code: str) -> str:
    return code.zfill(5) if code else ""


def _name(name: str) -> str:
    return name if "france services" in name.lower() else f"France Services {name}"


def phone(typed: str) -> str:
    """« 03.23.61.12.17 » reads « 03 23 61 12 17 »; what is not ten digits is left as it was written."""
    digits = re.sub(r"[ ./-]", "", typed)
    return " ".join(re.findall("..", digits)) if re.fullmatch(r"0[0-9]{9}", digits) else typed


def _remarks(office: Office) -> list[str]:
    found = []
    if department_of(office.postal_code) not in {"", office.area}:
        found.append(f"le code postal {office.postal_code} n’est pas du département {office.area}")
    if office.contact_address and not re.fullmatch(r"[^@\s]+@[^@\s,;]+\.[a-z]{2,}", office.contact_address.lower()):
        found.append(f"« {office.contact_address} » n’est pas une adresse mail")
    return found
