"""The sums of the survey, by month: what was added together (survey_waiting.py), shown from five answers up.

Each addition rewrites every sum of its month, raised or not: neither the order of the rows nor the database's own marks
(xmin) tell which ones it raised.
"""

from collections import Counter
from itertools import chain

from db.engine import transaction
from db.tables import SurveyTally

QUESTIONS: dict[str, tuple[str, ...]] = {
    "useful": ("yes", "partly", "no"),
    "quick": ("yes", "partly", "no"),
    "clear": ("yes", "partly", "no"),
}
SHOWN_FROM = 5
Sums = Counter[tuple[str, str]]
"""(question, answer) -> how many."""
_ALL = [(question, answer) for question, answers in QUESTIONS.items() for answer in answers]
_ROWS = ", ".join(["({}, {}, {}, {})"] * len(_ALL))
_ADD = f"""INSERT INTO survey_tally (month, question, answer, total) VALUES {_ROWS}
    ON CONFLICT (month, question, answer) DO UPDATE SET total = survey_tally.total + excluded.total"""  # noqa: S608 # nosec B608


async def add_sums(month: str, sums: Sums) -> None:
    """In a transaction of its own: its commit holds nothing else."""
    async with transaction():
        await SurveyTally.raw(_ADD, *chain.from_iterable((month, *asked, sums[asked]) for asked in _ALL))


async def shown_results(month: str) -> dict[str, dict[str, int]]:
    """question -> answer -> how many; a question answered fewer than five times is left out."""
    rows = await SurveyTally.select().where(SurveyTally.month == month)
    sums = {
        question: {row["answer"]: row["total"] for row in rows if row["question"] == question and row["total"]}
        for question in QUESTIONS
    }
    return {question: counts for question, counts in sums.items() if sum(counts.values()) >= SHOWN_FROM}
