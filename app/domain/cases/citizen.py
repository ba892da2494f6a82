"""Who the citizen is: sealed where it is written, opened where it is selected. What else is sealed: db/tables.py."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from piccolo.columns import Text

from db.encryption import UnreadableError, decrypt, encrypt
from db.tables import Case

log = logging.getLogger("aplus.encryption")
IDENTITY_COLUMNS = (Case.citizen_first_name, Case.citizen_last_name, Case.citizen_birth)
"""To be selected together, with the id of the case."""
NAME_COLUMNS = IDENTITY_COLUMNS[:2]
"""All that a list opens: thirty times a page, what it does not show would be seen in its time."""
_COLUMN_BY_FIELD = {"first_name": IDENTITY_COLUMNS[0], "last_name": IDENTITY_COLUMNS[1], "birth": IDENTITY_COLUMNS[2]}
_UNREADABLE_NAME = "Nom illisible"


@dataclass(frozen=True)
class Citizen:
    first_name: str
    last_name: str
    birth: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


def decode_citizen(case_id: UUID, row: Mapping[str, Any]) -> Citizen:
    """From a row that holds IDENTITY. Raises UnreadableError."""
    return Citizen(*(decrypt(column, case_id, row[column._meta.name]) for column in IDENTITY_COLUMNS))


def decode_name_or_placeholder(case_id: UUID, row: Mapping[str, Any]) -> str:
    """For a list, from a row that holds NAMES: one that does not open leaves the other rows readable."""
    try:
        return " ".join(decrypt(column, case_id, row[column._meta.name]) for column in NAME_COLUMNS)
    except UnreadableError as failure:
        log.error("cannot decrypt a citizen name in a list: %s", failure)
        return _UNREADABLE_NAME


def encrypt_identity(case_id: UUID, identity: Mapping[str, str]) -> dict[Text, str]:
    """first_name, last_name, birth, as far as they are given -> what to write."""
    return {_COLUMN_BY_FIELD[name]: encrypt(_COLUMN_BY_FIELD[name], case_id, value) for name, value in identity.items()}
