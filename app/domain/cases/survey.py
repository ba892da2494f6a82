"""The satisfaction survey: three questions, anonymous. Source: the sheet; features.md S9.

Only sums are kept, by month: no row is one person's answers, and nothing leads from a sum to a case, a person or an
hour. An answer rewrites every sum of its month, chosen or not, so that neither the order of the rows nor the database's
own marks (xmin) tell which ones it raised. « Once » is a digest under the server's key, which says nothing to whoever
has only the database.
"""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.facts import case_for
from app.domain.errors import Invalid
from app.domain.permissions import Action
from app.domain.secrets import keyed
from db.engine import transaction
from db.tables import SurveyTally, SurveyTicket
from db.together import Asked, Question, alone

QUESTIONS: dict[str, tuple[str, ...]] = {
    "useful": ("yes", "partly", "no"),
    "quick": ("yes", "partly", "no"),
    "clear": ("yes", "partly", "no"),
}
SHOWN_FROM = 5
_TICKETS = Question({"digest": "k.digest"}, "survey_ticket k WHERE k.digest = {}", {})


async def answer_survey(actor: Actor, case_id: UUID, answers: dict[str, str], now: datetime) -> None:
    """Adds one to a sum for each question. A second time changes nothing. Raises Invalid, NotFound, Conflict."""
    missing = [name for name, choices in QUESTIONS.items() if answers.get(name) not in choices]
    if missing:
        raise Invalid(**{name: "Choisissez une réponse." for name in missing})
    async with transaction():
        await case_for(actor, case_id, Action.ANSWER_SURVEY)
        if await _take_ticket(case_id):
            await _add(f"{now:%Y-%m}", answers)


async def already_answered(case_id: UUID) -> bool:
    return bool(await alone(tickets(case_id)))


def tickets(case_id: UUID) -> Asked:
    """One, when the survey is answered."""
    return _TICKETS.about(_ticket(case_id))


def _ticket(case_id: UUID) -> str:
    return keyed("survey", str(case_id))


async def _take_ticket(case_id: UUID) -> bool:
    ticket = SurveyTicket(digest=_ticket(case_id))
    return bool(
        await SurveyTicket.insert(ticket)
        .on_conflict(target=SurveyTicket.digest, action="DO NOTHING")
        .returning(SurveyTicket.digest)
    )


async def forget_ticket(case_id: UUID) -> None:
    """With the case it speaks of. In the verb's transaction."""
    await SurveyTicket.delete().where(SurveyTicket.digest == _ticket(case_id))


async def _add(month: str, answers: dict[str, str]) -> None:
    sums = [(question, answer) for question, choices in QUESTIONS.items() for answer in choices]
    await SurveyTally.insert(
        *(SurveyTally(month=month, question=question, answer=answer) for question, answer in sums)
    ).on_conflict(target=(SurveyTally.month, SurveyTally.question, SurveyTally.answer), action="DO NOTHING")
    for question, answer in sums:
        chosen = int(answers[question] == answer)
        await SurveyTally.update({SurveyTally.total: SurveyTally.total + chosen}).where(
            SurveyTally.month == month, SurveyTally.question == question, SurveyTally.answer == answer
        )


async def shown_results(month: str) -> dict[str, dict[str, int]]:
    """question -> answer -> how many; a question answered fewer than five times is left out."""
    rows = await SurveyTally.select().where(SurveyTally.month == month)
    sums = {
        question: {row["answer"]: row["total"] for row in rows if row["question"] == question and row["total"]}
        for question in QUESTIONS
    }
    return {question: counts for question, counts in sums.items() if sum(counts.values()) >= SHOWN_FROM}
