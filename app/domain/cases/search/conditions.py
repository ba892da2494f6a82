"""The SQL condition of a search: each term that was typed is found in one of several places.

The places: the folded text in clear, notes that the person reads, the citizen's words, the names of the agent and of
the office, the number of the case.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from piccolo.columns import Column, Text, Varchar
from piccolo.columns.combination import And, Or, WhereRaw

from app.domain.cases.inbox.visibility import Condition
from app.domain.cases.search.citizen_conditions import TokenMatches, build_alternative_condition
from app.domain.cases.search.terms import Term, parse_terms
from db.engine import is_postgres
from db.search import build_contains_condition
from db.tables.cases import Case
from db.tables.participants import Recipient
from db.tables.people import Person
from db.tables.teams import Team


def make_unique_comment(typed: str) -> str:
    """A random SQL comment, so that PostgreSQL plans each search for its own words.

    Without it, a repeated statement gets one plan for any word, with or without the index. The comment is not made of
    the words, because statistics of statements keep it.
    """
    return f"-- {secrets.token_hex(8)}" if typed and is_postgres() else ""


def build_search_condition(
    columns: list[Text], typed: str, token_matches: TokenMatches | None = None, note_teams: Sequence[int] = ()
) -> Condition | None:
    """Each term is in one of these folded columns, in a note that one of note_teams alone reads, or in another of the
    places; None without words.
    """
    place = _SearchPlace(columns, token_matches, note_teams)
    return _combine(And, (_build_term_condition(place, term) for term in parse_terms(typed)))


@dataclass(frozen=True)
class _SearchPlace:
    """Where words are looked for; the fields are the arguments of build_search_condition."""

    columns: list[Text]
    token_matches: TokenMatches | None
    note_teams: Sequence[int]


def _combine(operator: type[And] | type[Or], conditions: Iterable[Condition]) -> Condition | None:
    each = list(conditions)
    return reduce(operator, each) if each else None


def _build_term_condition(place: _SearchPlace, term: Term) -> Condition:
    ways = [build_alternative_condition(one, place.token_matches) for one in sorted(term.alternatives, key=repr)]
    if term.number is not None:
        ways.append(Case.number == term.number)
    if term.text:
        ways += _list_clear_conditions(place, term.text)
    apart = _combine(And, (_build_term_condition(place, word) for word in term.words))
    found = _combine(Or, [*ways, *([apart] if apart else [])])
    assert found is not None
    return found


def _list_clear_conditions(place: _SearchPlace, word: str) -> list[Condition]:
    found: list[Condition] = [build_contains_condition(place.columns, word)]
    found += [_build_name_condition(Case.author, Person.sort_name, word)]
    found += [_build_name_condition(Case.team, Team.sort_name, word)]
    return found + ([_build_note_condition(place.note_teams, word)] if place.note_teams else [])


def _build_name_condition(column: Column, name: Varchar, word: str) -> WhereRaw:
    """Names alone: what else a person is found by, such as their address, is not theirs to read."""
    table, named = name._meta.table._meta.tablename, build_contains_condition([name], word)
    return _build_among(f"cases.{column._meta.name}", f"SELECT id FROM {table} WHERE {{}}", named)  # noqa: S608 # nosec B608


def _build_note_condition(teams: Sequence[int], word: str) -> WhereRaw:
    said, listed = build_contains_condition([Recipient.search_notes], word), ", ".join(["{}"] * len(teams))
    cases = f"""SELECT recipient."case" FROM recipient WHERE recipient.team IN ({listed})
        AND recipient.left_at IS NULL AND recipient.last_note_event > 0 AND {{}}"""  # noqa: S608 # nosec B608
    return _build_among("cases.id", cases, *teams, said)


def _build_among(column: str, found: str, *values: object) -> WhereRaw:
    """An array on PostgreSQL: it then combines the index of the column with those of the text."""
    among = f"{column} = ANY(ARRAY({found}))" if is_postgres() else f"{column} IN ({found})"
    return WhereRaw(among, *(value.querystring if isinstance(value, WhereRaw) else value for value in values))
