"""What finds a case: the text that everyone on it may read, folded, and search tokens of the citizen's words.

A token is the HMAC of a word: only the key tells which word it is. So the citizen's words are found whole, and not by
their beginning: tokens of beginnings could be compared with a list of family names (docs/decisions/0078).
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import groupby
from typing import Any
from uuid import UUID

from piccolo.columns import Text
from piccolo.columns.combination import And, Or, Where, WhereRaw

from app.domain.audience import Audience
from app.domain.cases.change import CaseChange
from app.domain.cases.citizen import IDENTITY_COLUMNS, decode_citizen
from app.domain.cases.draft.draft import load_details
from db.bulk import insert_many
from db.encryption import compute_search_token, compute_search_tokens, get_current_key
from db.engine import is_postgres
from db.search import MAX_WORDS, build_contains_condition, fold_text, split_search_words
from db.tables.cases import Case
from db.tables.participants import Recipient
from db.tables.search_tokens import SearchToken
from db.tables.thread import Message

Condition = And | Or | Where | WhereRaw
TOKEN_PURPOSE = "citizens' words"  # noqa: S105 # nosec B105
_MATCH_LIMIT = 5_000


async def rebuild_search_text(case_id: UUID) -> CaseChange:
    """Computed again without withdrawn or replaced text. Posting a message only appends. team_notes.py has a team's."""
    row = await Case.select(Case.subject, Case.description).where(Case.id == case_id).first()
    messages = await (
        Message.select(Message.body, Message.audience)
        .where(Message.case == case_id, Message.withdrawn_at.is_null())
        .order_by(Message.id)
    )
    said = {audience: _join_messages(messages, audience) for audience in (Audience.ALL, Audience.INTERNAL)}
    described = fold_text(" ".join((row or {}).values()))
    return {Case.search_text: described + said[Audience.ALL], Case.search_internal: said[Audience.INTERNAL]}


def _join_messages(messages: list[dict[str, Any]], audience: Audience) -> str:
    return "".join(f" {fold_text(message['body'])}" for message in messages if message["audience"] == audience)


async def index_citizen(case_id: UUID) -> None:
    """Replaces the citizen's tokens, with the current key. Runs in the caller's transaction."""
    row = await Case.select(*IDENTITY_COLUMNS).where(Case.id == case_id).first()
    assert row is not None
    citizen = decode_citizen(case_id, row)
    texts = [citizen.first_name, citizen.last_name, citizen.birth]
    texts += [detail.value for detail in await load_details(case_id)]
    await SearchToken.delete().where(SearchToken.case == case_id)
    await insert_many(SearchToken, _build_token_rows(case_id, frozenset[str]().union(*map(split_search_words, texts))))


def _build_token_rows(case_id: UUID, words: frozenset[str]) -> list[dict[str, object]]:
    """Sorted by token: the order of the words would reveal more."""
    key = get_current_key()
    return [
        {"case": case_id, "token": one, "key_id": key.id}
        for one in sorted(compute_search_token(TOKEN_PURPOSE, word, key) for word in words)
    ]


TokenMatches = dict[int, set[UUID]]
"""Token -> the cases that have it."""


async def find_token_matches(typed: str) -> TokenMatches | None:
    """Looks the tokens up beforehand on PostgreSQL, which does not combine the text index and the tokens in one query.

    None if the lookup does not help: on SQLite, or if so many cases match that a scan is faster.
    """
    wanted = [
        one
        for term in _parse_terms(typed)
        for word in split_search_words(" ".join(term)) | _split_words(term)
        for one in _compute_tokens(word)
    ]
    if not wanted or not is_postgres():
        return None
    rows = (
        await SearchToken.select(SearchToken.token, SearchToken.case)
        .where(SearchToken.token.is_in(wanted))
        .limit(_MATCH_LIMIT)
    )
    if len(rows) == _MATCH_LIMIT:
        return None
    found: TokenMatches = {one: set() for one in wanted}
    for row in rows:
        found[row["token"]].add(row["case"])
    return found


def _split_words(term: list[str]) -> frozenset[str]:
    return frozenset[str]().union(*map(split_search_words, term))


def _compute_tokens(word: str) -> list[int]:
    return compute_search_tokens(TOKEN_PURPOSE, word)


def make_unique_comment(typed: str) -> str:
    """A random SQL comment, so that PostgreSQL plans each search for its own words.

    Without it, a repeated statement gets one plan for any word, with or without the index. The comment is not made of
    the words, because statistics of statements keep it.
    """
    return f"-- {secrets.token_hex(8)}" if typed and is_postgres() else ""


def build_search_condition(
    columns: list[Text], typed: str, token_matches: TokenMatches | None = None, note_teams: Sequence[int] = ()
) -> Condition | None:
    """Each word that was typed is in one of these folded columns, in the citizen's words, or in a note that one of
    note_teams alone reads; None without words.
    """
    place = _SearchPlace(columns, token_matches, note_teams)
    return _combine_conditions(_build_term_condition(place, said) for said in _parse_terms(typed))


@dataclass(frozen=True)
class _SearchPlace:
    """Where words are looked for; the fields are the arguments of build_search_condition."""

    columns: list[Text]
    token_matches: TokenMatches | None
    note_teams: Sequence[int]


def _combine_conditions(conditions: Iterable[Condition]) -> Condition | None:
    each = list(conditions)
    return reduce(And, each) if each else None


def _parse_terms(typed: str) -> list[list[str]]:
    """The words; those of a number together: « moreau 06 12 34 » -> [moreau], [06, 12, 34]."""
    words = fold_text(typed).split()[: 2 * MAX_WORDS]
    terms = list[list[str]]()
    for number, run in groupby(words, key=_is_number):
        together = list(run)
        terms += [together] if number else [[word] for word in together]
    return terms[:MAX_WORDS]


def _is_number(word: str) -> bool:
    """Digits, and the punctuation between digits."""
    return any(map(str.isdecimal, word)) and not any(map(str.isalpha, word))


def _build_term_condition(place: _SearchPlace, words: list[str]) -> Condition:
    """A number matches as a whole, however it is spaced, or by each of its groups."""
    each = _combine_conditions(_build_word_condition(place, word) for word in words)
    assert each is not None
    return Or(_build_token_condition([" ".join(words)], place.token_matches), each) if len(words) > 1 else each


def _build_word_condition(place: _SearchPlace, word: str) -> Condition:
    in_clear: Condition = build_contains_condition(place.columns, word)
    if place.note_teams:
        in_clear = Or(in_clear, _build_note_condition(place.note_teams, word))
    return Or(in_clear, _build_token_condition([word], place.token_matches)) if split_search_words(word) else in_clear


def _build_note_condition(teams: Sequence[int], word: str) -> Condition:
    """An array on PostgreSQL: it then combines the index of the ids with those of the text."""
    said, listed = build_contains_condition([Recipient.search_notes], word), ", ".join(["{}"] * len(teams))
    cases = f"""SELECT recipient."case" FROM recipient WHERE recipient.team IN ({listed})
        AND recipient.left_at IS NULL AND recipient.last_note_event > 0 AND {{}}"""  # noqa: S608 # nosec B608
    found = f"cases.id = ANY(ARRAY({cases}))" if is_postgres() else f"cases.id IN ({cases})"
    return WhereRaw(found, *teams, said.querystring)


def _build_token_condition(values: list[str], token_matches: TokenMatches | None) -> Condition:
    if token_matches is None:
        return build_citizen_condition(values)
    words = sorted(frozenset[str]().union(*map(split_search_words, values)))
    cases = [set[UUID]().union(*(token_matches[one] for one in _compute_tokens(word))) for word in words]
    return WhereRaw("cases.id = ANY({})", sorted(set[UUID].intersection(*cases)) if cases else [])


def build_citizen_condition(values: list[str]) -> Condition:
    """The citizen has each of these words. Without words, no case matches."""
    words = sorted(frozenset[str]().union(*map(split_search_words, values)))
    marked = (
        SearchToken.select(SearchToken.case).where(SearchToken.token.is_in(_compute_tokens(word))) for word in words
    )
    return _combine_conditions(Case.id.is_in(cases) for cases in marked) or WhereRaw("1 = 0")
