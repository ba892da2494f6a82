"""What a case is found by: the words that everybody on it may read, folded, and the citizen's, kept unreadable.

A citizen's words are kept as marks (case_word): the same word has the same mark, and only the key tells which word it
is. So they are found whole, « pelissier » and not « peliss »: marks of beginnings would let a list of family names be
laid over them (docs/decisions.md).
"""

import secrets
from collections.abc import Iterable
from functools import reduce
from itertools import groupby
from typing import Any
from uuid import UUID

from piccolo.columns import Text
from piccolo.columns.combination import And, Or, Where, WhereRaw

from app.domain.audience import Audience
from app.domain.cases.change import CaseChange
from app.domain.cases.citizen import IDENTITY, citizen_of
from app.domain.cases.draft.view import details_of
from db.bulk import insert_many
from db.encryption import current_key, mark, marks
from db.engine import is_postgres
from db.search import MOST_WORDS, fold, in_one_of, words_in
from db.tables import Case, CaseWord, Message

Condition = And | Or | Where | WhereRaw
PURPOSE = "citizens' words"
_MANY = 5_000


async def read_search_text(case_id: UUID) -> CaseChange:
    """Anew from the rows: what was corrected or withdrawn is found no more. Posting only appends."""
    row = await Case.select(Case.subject, Case.description).where(Case.id == case_id).first()
    messages = await (
        Message.select(Message.body, Message.audience)
        .where(Message.case == case_id, Message.withdrawn_at.is_null())
        .order_by(Message.id)
    )
    said = {audience: _appended(messages, audience) for audience in Audience}
    described = fold(" ".join((row or {}).values()))
    return {Case.search_text: described + said[Audience.ALL], Case.search_operators: said[Audience.OPERATORS]}


def _appended(messages: list[dict[str, Any]], audience: Audience) -> str:
    return "".join(f" {fold(message['body'])}" for message in messages if message["audience"] == audience)


async def index_citizen(case_id: UUID) -> None:
    """Anew, under the current key. Inside the verb's transaction."""
    row = await Case.select(*IDENTITY).where(Case.id == case_id).first()
    assert row is not None
    citizen = citizen_of(case_id, row)
    told = [citizen.first_name, citizen.last_name, citizen.birth]
    told += [detail.value for detail in await details_of(case_id)]
    await CaseWord.delete().where(CaseWord.case == case_id)
    await insert_many(CaseWord, _marked(case_id, frozenset[str]().union(*map(words_in, told))))


def _marked(case_id: UUID, words: frozenset[str]) -> list[dict[str, object]]:
    """In the order of the marks: the order of the words would tell more."""
    key = current_key()
    return [{"case": case_id, "mark": one, "key": key.id} for one in sorted(mark(PURPOSE, word, key) for word in words)]


Bearers = dict[int, set[UUID]]
"""mark -> the cases that bear it."""


async def bearers_of(typed: str) -> Bearers | None:
    """Found beforehand on PostgreSQL, which looks for a word by its index or by the marks, not by both at once.

    None where that is of no use: on SQLite, and of words that so many cases bear that reading on is quicker.
    """
    wanted = [one for term in _terms(typed) for word in words_in(" ".join(term)) | _each(term) for one in _marks(word)]
    if not wanted or not is_postgres():
        return None
    rows = await CaseWord.select(CaseWord.mark, CaseWord.case).where(CaseWord.mark.is_in(wanted)).limit(_MANY)
    if len(rows) == _MANY:
        return None
    found: Bearers = {one: set() for one in wanted}
    for row in rows:
        found[row["mark"]].add(row["case"])
    return found


def _each(term: list[str]) -> frozenset[str]:
    return frozenset[str]().union(*map(words_in, term))


def _marks(word: str) -> list[int]:
    return marks(PURPOSE, word)


def said_of(typed: str) -> str:
    """A remark that makes each search a statement of its own, in SQL. Drawn: statistics of statements keep it.

    PostgreSQL plans a statement that comes again for any word at all: by its index or not is decided by this one.
    """
    return f"-- {secrets.token_hex(8)}" if typed and is_postgres() else ""


def finds(columns: list[Text], typed: str, bearers: Bearers | None = None) -> Condition | None:
    """Every word typed is in one of these folded columns, or is the citizen's; None when nothing was typed."""
    return _all(_finds_term(columns, said, bearers) for said in _terms(typed))


def _all(conditions: Iterable[Condition]) -> Condition | None:
    each = list(conditions)
    return reduce(And, each) if each else None


def _terms(typed: str) -> list[list[str]]:
    """The words, those of a number together: « moreau 06 12 34 » -> [moreau], [06, 12, 34]."""
    words = fold(typed).split()[: 2 * MOST_WORDS]
    terms = list[list[str]]()
    for number, run in groupby(words, key=_is_number):
        together = list(run)
        terms += [together] if number else [[word] for word in together]
    return terms[:MOST_WORDS]


def _is_number(word: str) -> bool:
    """Figures, and what stands between figures."""
    return any(map(str.isdecimal, word)) and not any(map(str.isalpha, word))


def _finds_term(columns: list[Text], words: list[str], bearers: Bearers | None) -> Condition:
    """A number as one, however it is spaced, or each of its groups."""
    each = _all(_finds_word(columns, word, bearers) for word in words)
    assert each is not None
    return Or(_is_told([" ".join(words)], bearers), each) if len(words) > 1 else each


def _finds_word(columns: list[Text], word: str, bearers: Bearers | None) -> Condition:
    in_clear = in_one_of(columns, word)
    return Or(in_clear, _is_told([word], bearers)) if words_in(word) else in_clear


def _is_told(told: list[str], bearers: Bearers | None) -> Condition:
    if bearers is None:
        return is_about(told)
    words = sorted(frozenset[str]().union(*map(words_in, told)))
    cases = [set[UUID]().union(*(bearers[one] for one in _marks(word))) for word in words]
    return WhereRaw("cases.id = ANY({})", sorted(set[UUID].intersection(*cases)) if cases else [])


def is_about(told: list[str]) -> Condition:
    """The citizen has every word of these. Nothing to look for finds nothing."""
    words = sorted(frozenset[str]().union(*map(words_in, told)))
    marked = (CaseWord.select(CaseWord.case).where(CaseWord.mark.is_in(_marks(word))) for word in words)
    return _all(Case.id.is_in(cases) for cases in marked) or WhereRaw("1 = 0")
