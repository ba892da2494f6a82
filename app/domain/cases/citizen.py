"""Who the citizen is: sealed where it is written, opened where it is selected. What else is sealed: db/tables.py."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from piccolo.columns import Text

from db.encryption import UnreadableError, seal, unseal
from db.tables import Case

log = logging.getLogger("aplus.vault")
IDENTITY = (Case.citizen_first_name, Case.citizen_last_name, Case.citizen_birth)
"""To be selected together, with the id of the case."""
NAMES = IDENTITY[:2]
"""All that a list opens: thirty times a page, what it does not show would be seen in its time."""
_COLUMNS = {"first_name": IDENTITY[0], "last_name": IDENTITY[1], "birth": IDENTITY[2]}
_NAMELESS = "Nom illisible"


@dataclass(frozen=True)
class Citizen:
    first_name: str
    last_name: str
    birth: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


def citizen_of(case_id: UUID, row: Mapping[str, Any]) -> Citizen:
    """From a row that holds IDENTITY. Raises UnreadableError."""
    return Citizen(*(unseal(column, case_id, row[column._meta.name]) for column in IDENTITY))


def name_or_mark(case_id: UUID, row: Mapping[str, Any]) -> str:
    """For a list, from a row that holds NAMES: one that does not open leaves the other rows readable."""
    try:
        return " ".join(unseal(column, case_id, row[column._meta.name]) for column in NAMES)
    except UnreadableError as failure:
        log.error("a name in a list does not open: %s", failure)
        return _NAMELESS


def sealed_identity(case_id: UUID, identity: Mapping[str, str]) -> dict[Text, str]:
    """first_name, last_name, birth, as far as they are given -> what to write."""
    return {_COLUMNS[name]: seal(_COLUMNS[name], case_id, value) for name, value in identity.items()}
