"""The citizen's identity: encrypted, read, and checked. db/tables/encrypted_columns.py lists what else is encrypted."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from piccolo.columns import Text

from app.domain.text_length import find_length_errors
from db.encryption import UnreadableError, decrypt, encrypt
from db.tables.cases import Case
from db.visible_text import remove_invisible

log = logging.getLogger("aplus.encryption")
IDENTITY_COLUMNS = (Case.citizen_first_name, Case.citizen_last_name, Case.citizen_birth)
"""Selected together, with the id of the case."""
NAME_COLUMNS = IDENTITY_COLUMNS[:2]
"""The columns that a list decrypts. The birth date, which it does not show, would take noticeable time."""
_COLUMN_BY_FIELD = {"first_name": IDENTITY_COLUMNS[0], "last_name": IDENTITY_COLUMNS[1], "birth": IDENTITY_COLUMNS[2]}
_UNREADABLE_NAME = "Nom illisible"
NAME_LENGTH, BIRTH_LENGTH = 100, 60
"""In characters, on a case that is sent. A draft may hold longer texts, so that its author can shorten them."""


@dataclass(frozen=True)
class Citizen:
    first_name: str
    last_name: str
    birth: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


def clean_citizen(typed: Citizen) -> Citizen:
    """Without what nothing shows."""
    return Citizen(*(remove_invisible(text).strip() for text in (typed.first_name, typed.last_name, typed.birth)))


def find_missing_identity(citizen: Citizen) -> dict[str, str]:
    """Maps each empty form field to its error message. Pure."""
    found = {}
    if not citizen.first_name:
        found["prenom"] = "Saisissez le prénom de l’usager."
    if not citizen.last_name:
        found["nom"] = "Saisissez le nom de famille de l’usager."
    if not citizen.birth:
        found["naissance"] = "Saisissez la date de naissance, ou seulement l’année."
    return found


def find_overlong_identity(citizen: Citizen) -> dict[str, str]:
    """Maps each form field whose text is too long to its error message. Pure."""
    names = {"prenom": (citizen.first_name, NAME_LENGTH), "nom": (citizen.last_name, NAME_LENGTH)}
    return find_length_errors({**names, "naissance": (citizen.birth, BIRTH_LENGTH)})


async def load_citizen(case_id: UUID) -> Citizen:
    """Checks no permission: the caller has. Raises UnreadableError."""
    row = await Case.select(*IDENTITY_COLUMNS).where(Case.id == case_id).first()
    assert row is not None
    return decode_citizen(case_id, row)


def decode_citizen(case_id: UUID, row: Mapping[str, Any]) -> Citizen:
    """row has IDENTITY_COLUMNS. Raises UnreadableError."""
    return Citizen(*(decrypt(column, case_id, row[column._meta.name]) for column in IDENTITY_COLUMNS))


def decode_name_or_placeholder(case_id: UUID, row: Mapping[str, Any]) -> str:
    """row has NAME_COLUMNS. An unreadable name does not keep the rest of a list from being shown."""
    try:
        return " ".join(decrypt(column, case_id, row[column._meta.name]) for column in NAME_COLUMNS)
    except UnreadableError as failure:
        log.error("cannot decrypt a citizen name in a list: %s", failure)
        return _UNREADABLE_NAME


def encrypt_identity(case_id: UUID, identity: Mapping[str, str]) -> dict[Text, str]:
    """identity has first_name, last_name and birth, or some of them. Returns the values to write, cleaned."""
    columns = {_COLUMN_BY_FIELD[name]: remove_invisible(value) for name, value in identity.items()}
    return {column: encrypt(column, case_id, value) for column, value in columns.items()}
