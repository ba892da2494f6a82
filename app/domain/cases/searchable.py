"""What a case is found by: the words that everybody on it may read, folded, and the citizen's, kept unreadable.

A citizen's words are kept as marks (case_word): the same word has the same mark, and only the key tells which word it
is. So they are found whole, « pelissier » and not « peliss »: marks of beginnings would let a list of family names be
laid over them (docs/decisions.md).
"""

from itertools import groupby
from uuid import UUID

from piccolo.columns import Text
from piccolo.columns.combination import And, Or, Where, WhereRaw

from app.domain.cases.citizen import IDENTITY, citizen_of
from app.domain.cases.draft import details_of
from app.domain.cases.events import Audience
from db.bulk import insert_many
from db.search import MOST_WORDS, fold, in_one_of, words_in
from db.tables import Case, CaseWord, Message
from db.vault import current_key, mark, marks

Condition = And | Or | Where | WhereRaw
PURPOSE = "citizens' words"


async def index_case(case_id: UUID) -> None:
    """Anew from the rows: what was corrected or withdrawn is found no more. Posting only appends (thread.py)."""
    row = await Case.select(Case.subject, Case.description).where(Case.id == case_id).first()
    messages = await (
        Message.select(Message.body)
        .where(Message.case == case_id, Message.audience == Audience.ALL)
        .order_by(Message.id)
    )
    words = [*(row or {}).values(), *(found["body"] for found in messages)]
    await Case.update({Case.search_text: fold(" ".join(words))}).where(Case.id == case_id)


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


def finds(columns: list[Text], typed: str) -> Condition | None:
    """Every word typed is in one of these folded columns, or is the citizen's; None when nothing was typed."""
    condition: Condition | None = None
    for said in _terms(typed):
        found = _finds_term(columns, said)
        condition = found if condition is None else And(condition, found)
    return condition


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


def _finds_term(columns: list[Text], words: list[str]) -> Condition:
    """A number as one, however it is spaced, or each of its groups."""
    each: Condition | None = None
    for word in words:
        found = _finds_word(columns, word)
        each = found if each is None else And(each, found)
    assert each is not None
    return Or(is_about([" ".join(words)]), each) if len(words) > 1 else each


def _finds_word(columns: list[Text], word: str) -> Condition:
    in_clear = in_one_of(columns, word)
    return Or(in_clear, is_about([word])) if words_in(word) else in_clear


def is_about(told: list[str]) -> Condition:
    """The citizen has every word of these. Nothing to look for finds nothing."""
    words = sorted(frozenset[str]().union(*map(words_in, told)))
    condition: Condition = WhereRaw("1 = 0")
    for position, word in enumerate(words):
        marked = Case.id.is_in(CaseWord.select(CaseWord.case).where(CaseWord.mark.is_in(marks(PURPOSE, word))))
        condition = And(condition, marked) if position else marked
    return condition
