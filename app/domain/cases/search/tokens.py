"""The search tokens of a citizen: each word under the purpose of its field, so that one field says nothing of another.

A token is the HMAC of a word: only the key tells which word it is. So a citizen's words are found whole, and not by
their beginning: tokens of beginnings could be compared with a list of family names (docs/decisions/0078, 0165).
"""

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from app.domain.cases.citizen import IDENTITY_COLUMNS, Citizen, decode_citizen
from app.domain.cases.draft.draft import load_details
from app.domain.cases.search.births import list_birth_dates, list_birth_years
from app.domain.cases.search.spelling import (
    PARTICLES,
    join_neighbours,
    list_number_endings,
    list_number_parts,
    list_number_spellings,
    split_name,
    split_numbers,
)
from db.bulk import insert_many
from db.encryption import compute_search_token, get_current_key
from db.tables.cases import Case
from db.tables.search_tokens import SearchToken

SEARCH_VERSION = 2
"""To raise when the tokens of a citizen change: reindexing.py then computes them again."""
_MAX_PARTS = 6
"""Words of a detail that are also joined: a name, never an address."""


class TokenPurpose(StrEnum):
    """The purpose of the HMAC. LAST_DIGITS is looked up among the cases that a person may read alone."""

    LAST_NAME = "citizen last name"
    FIRST_NAME = "citizen first name"
    BIRTH = "citizen birth"
    NUMBER = "citizen number"
    LAST_DIGITS = "citizen last digits"
    JOINED = "citizen joined parts"
    OTHER = "citizen other words"


Mark = tuple[TokenPurpose, str]
"""A word and the field that it is in."""


async def index_citizen(case_id: UUID) -> None:
    """Replaces the citizen's tokens, with the current key. Runs in the caller's transaction."""
    row = await Case.select(*IDENTITY_COLUMNS).where(Case.id == case_id).first()
    assert row is not None
    marks = list_marks(decode_citizen(case_id, row), [detail.value for detail in await load_details(case_id)])
    await SearchToken.delete().where(SearchToken.case == case_id)
    key = get_current_key()
    # Sorted by token: the order of the words would reveal more.
    tokens = sorted(compute_search_token(purpose, word, key) for purpose, word in marks)
    await insert_many(SearchToken, [{"case": case_id, "token": token, "key_id": key.id} for token in tokens])


def list_marks(citizen: Citizen, details: Iterable[str]) -> set[Mark]:
    """details: the values of the further fields."""
    found = _list_name_marks(TokenPurpose.LAST_NAME, citizen.last_name)
    found |= _list_name_marks(TokenPurpose.FIRST_NAME, citizen.first_name)
    births = list_birth_dates(citizen.birth) | list_birth_years(citizen.birth)
    births |= {part for part in split_name(citizen.birth) if len(part) > 1}
    return found.union(((TokenPurpose.BIRTH, word) for word in births), *map(_list_detail_marks, details))


def _list_name_marks(purpose: TokenPurpose, text: str) -> set[Mark]:
    parts = split_name(text)
    found = {(purpose, part) for part in parts if len(part) > 1}
    without = [part for part in parts if part not in PARTICLES]
    joined = join_neighbours(parts[:_MAX_PARTS]) | join_neighbours(without[:_MAX_PARTS])
    return found | {(TokenPurpose.JOINED, word) for word in joined}


def _list_detail_marks(value: str) -> set[Mark]:
    """A name before marriage, an address, a telephone number."""
    numbers = split_numbers(value)
    whole = {one for number in numbers for one in list_number_spellings(number)}
    found = {(TokenPurpose.NUMBER, one) for one in whole | list_number_parts(value)}
    found |= {(TokenPurpose.LAST_DIGITS, one) for number in numbers for one in list_number_endings(number)}
    if not numbers and len(split_name(value)) <= _MAX_PARTS:
        return found | _list_name_marks(TokenPurpose.OTHER, value)
    return found | {(TokenPurpose.OTHER, part) for part in split_name(value) if len(part) > 1}
