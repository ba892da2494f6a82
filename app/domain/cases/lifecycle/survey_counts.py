"""The monthly sums of the survey, shown from five answers on.

Each addition rewrites every sum of its month: neither the order of rows nor PostgreSQL's xmin shows which were raised.
"""

from collections import Counter
from itertools import chain

from db.engine import transaction
from db.tables.survey import SurveyCount

QUESTIONS: dict[str, tuple[str, ...]] = {
    "useful": ("yes", "partly", "no"),
    "quick": ("yes", "partly", "no"),
    "clear": ("yes", "partly", "no"),
}
MIN_SHOWN_ANSWERS = 5
AnswerCounts = Counter[tuple[str, str]]
"""(question, answer) -> number of answers."""
_ALL_ANSWERS = [(question, answer) for question, answers in QUESTIONS.items() for answer in answers]
_VALUES_SQL = ", ".join(["({}, {}, {}, {})"] * len(_ALL_ANSWERS))
_ADD_SQL = f"""INSERT INTO survey_count (month, question, answer, total) VALUES {_VALUES_SQL}
    ON CONFLICT (month, question, answer) DO UPDATE SET total = survey_count.total + excluded.total"""  # noqa: S608 # nosec B608


async def add_answer_counts(month: str, counts: AnswerCounts) -> None:
    """Its transaction holds nothing else."""
    async with transaction():
        await SurveyCount.raw(_ADD_SQL, *chain.from_iterable((month, *asked, counts[asked]) for asked in _ALL_ANSWERS))


async def list_shown_results(month: str) -> dict[str, dict[str, int]]:
    """question -> answer -> number; a question with fewer than five answers is left out."""
    rows = await SurveyCount.select().where(SurveyCount.month == month)
    sums = {
        question: {row["answer"]: row["total"] for row in rows if row["question"] == question and row["total"]}
        for question in QUESTIONS
    }
    return {question: counts for question, counts in sums.items() if sum(counts.values()) >= MIN_SHOWN_ANSWERS}
