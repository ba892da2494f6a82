"""The SQL conditions on the search tokens of a citizen (tokens.py)."""

from collections.abc import Iterable
from functools import reduce
from itertools import product
from uuid import UUID

from piccolo.columns.combination import And, WhereRaw

from app.domain.accounts.actor import Actor
from app.domain.cases.citizen import Citizen
from app.domain.cases.inbox.visibility import Condition, build_visibility_condition
from app.domain.cases.search.births import list_birth_years
from app.domain.cases.search.spelling import PARTICLES, list_number_spellings, split_numbers
from app.domain.cases.search.terms import Alternative, parse_terms
from app.domain.cases.search.tokens import Mark, TokenPurpose, list_marks
from db.encryption import compute_search_tokens
from db.engine import is_postgres
from db.tables.cases import Case
from db.tables.search_tokens import SearchToken

TokenMatches = dict[int, set[UUID]]
"""Token -> the cases that have it."""
_MATCH_LIMIT = 5_000
_NAMES = (TokenPurpose.LAST_NAME, TokenPurpose.FIRST_NAME, TokenPurpose.JOINED)
_NO_CASE = WhereRaw("1 = 0")


async def find_token_matches(actor: Actor, typed: str) -> TokenMatches | None:
    """Looks the tokens up beforehand on PostgreSQL, which does not combine the text index and the tokens in one query.

    Among the cases that the actor may read alone. None if the lookup does not help: on SQLite, or if so many cases
    match that a scan is faster.
    """
    wanted = {token for term in parse_terms(typed) for mark in term.list_marks() for token in _list_tokens(mark)}
    if not wanted or not is_postgres():
        return None
    rows = (
        await SearchToken.select(SearchToken.token, SearchToken.case)
        .where(SearchToken.token.is_in(sorted(wanted)), _build_readable_condition(actor))
        .limit(_MATCH_LIMIT)
    )
    if len(rows) == _MATCH_LIMIT:
        return None
    found: TokenMatches = {one: set() for one in wanted}
    for row in rows:
        found[row["token"]].add(row["case"])
    return found


def _build_readable_condition(actor: Actor) -> Condition:
    return SearchToken.case.is_in(Case.select(Case.id).where(build_visibility_condition(actor)))


def build_alternative_condition(alternative: Alternative, token_matches: TokenMatches | None = None) -> Condition:
    """The citizen has one mark of each set."""
    if token_matches is None:
        return reduce(And, map(_build_mark_condition, alternative))
    cases = [
        set[UUID]().union(*(token_matches[token] for mark in marks for token in _list_tokens(mark)))
        for marks in alternative
    ]
    return WhereRaw("cases.id = ANY({})", sorted(set[UUID].intersection(*cases)))


def build_birth_year_condition(birth: str) -> Condition:
    """The citizen has this year of birth, of a date however it is written. Without a year, no case matches."""
    return _build_mark_condition({(TokenPurpose.BIRTH, year) for year in list_birth_years(birth)})


def build_number_condition(values: Iterable[str]) -> Condition:
    """The citizen has one of the numbers in these values, whole, however it is written."""
    numbers = {one for value in values for number in split_numbers(value) for one in list_number_spellings(number)}
    return _build_mark_condition({(TokenPurpose.NUMBER, number) for number in numbers})


def build_name_condition(citizen: Citizen) -> Condition:
    """The citizen has a word of these names, in one of the two or joined; a particle is no word."""
    words = {word for _, word in list_marks(Citizen(citizen.first_name, citizen.last_name, ""), ())} - PARTICLES
    return _build_mark_condition(product(_NAMES, words))


def _build_mark_condition(marks: Iterable[Mark]) -> Condition:
    tokens = sorted({token for mark in marks for token in _list_tokens(mark)})
    if not tokens:
        return _NO_CASE
    return Case.id.is_in(SearchToken.select(SearchToken.case).where(SearchToken.token.is_in(tokens)))


def _list_tokens(mark: Mark) -> list[int]:
    """One for each key, so that the tokens of before a rotation are found during it."""
    purpose, word = mark
    return compute_search_tokens(purpose, word)
