"""Whether two cases may be about one citizen. Pure. Source: features.md W10.

| what is the same                                              | proposed                             |
|---------------------------------------------------------------|--------------------------------------|
| names and birth, as names.py and births.py compare them       | yes                                  |
| a number that identifies a person, however it is written      | yes, and the page says so            |
| a phone, and the names                                        | yes, though the births differ        |
| last name and birth, with another first name: twins           | no                                   |
| names, with another birth: a father and his son               | no                                   |
"""

from collections.abc import Iterable
from enum import StrEnum

from app.domain.cases.citizen import Citizen
from app.domain.cases.draft.draft import CitizenDetail
from app.domain.cases.lookalikes.births import is_same_birth
from app.domain.cases.lookalikes.names import is_same_name
from app.domain.cases.lookalikes.numbers import list_numbers, list_phones


class Likeness(StrEnum):
    IDENTITY = "identity"
    NUMBER = "number"
    NONE = ""


def find_likeness(
    one: Citizen, details: Iterable[CitizenDetail], other: Citizen, other_details: Iterable[CitizenDetail]
) -> Likeness:
    """What makes them alike, the identity before a number."""
    own, met = tuple(details), tuple(other_details)
    named = is_same_name((one.first_name, one.last_name), (other.first_name, other.last_name))
    if named and (is_same_birth(one.birth, other.birth) or list_phones(own) & list_phones(met)):
        return Likeness.IDENTITY
    return Likeness.NUMBER if list_numbers(own) & list_numbers(met) else Likeness.NONE
