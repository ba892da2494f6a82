"""The three choices of a person as columns: the first is email_frequency, which the two others follow while empty.

The release before this one knows email_frequency alone: what it writes holds for all three, until they differ.
"""

from collections.abc import Mapping
from typing import Any

from app.domain.email.schedule import EmailFrequency
from app.domain.email.shares import CaseShare
from db.tables.people import Person

EmailChoices = Mapping[CaseShare, EmailFrequency]
CHOICE_COLUMNS = (Person.email_frequency, Person.email_unassigned, Person.email_colleagues)
_NAMES = dict(zip(CaseShare, ("email_frequency", "email_unassigned", "email_colleagues"), strict=True))


def decode_choices(row: Mapping[str, Any]) -> dict[CaseShare, EmailFrequency]:
    """row has CHOICE_COLUMNS under their names."""
    return {share: EmailFrequency(row[name] or row["email_frequency"]) for share, name in _NAMES.items()}


def encode_choices(choices: EmailChoices) -> dict[Any, Any]:
    mine = choices[CaseShare.MINE]
    others = {_NAMES[share]: None if choices[share] == mine else choices[share] for share in list(CaseShare)[1:]}
    return {"email_frequency": mine, **others}
