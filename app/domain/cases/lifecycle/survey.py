"""The satisfaction survey: three questions, anonymous. Source: the sheet; features.md S9.

Only sums of several people's answers are kept: no row is one person's answers, and nothing leads from a sum to a case,
a person or an hour. What is written when a person answers is that they did: « once » is a digest under the server's
key, which says nothing without that key. Once written it stays, even where a stop loses the answer that it stands for.
"""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.access import case_for
from app.domain.cases.lifecycle.survey_sums import QUESTIONS
from app.domain.cases.lifecycle.survey_waiting import keep_waiting
from app.domain.cases.permissions import Action
from app.domain.errors import Invalid
from app.domain.tokens import keyed
from db.batch import Asked, Question
from db.engine import transaction
from db.tables import SurveyTicket

_TICKETS = Question({"digest": "k.digest"}, "survey_ticket k WHERE k.digest = {}", {})


async def answer_survey(actor: Actor, case_id: UUID, answers: dict[str, str], now: datetime) -> None:
    """The answers wait for others', without their hour. A second time changes nothing.

    Raises Invalid, NotFound, Conflict.
    """
    missing = [name for name, choices in QUESTIONS.items() if answers.get(name) not in choices]
    if missing:
        raise Invalid(**{name: "Choisissez une réponse." for name in missing})
    async with transaction():
        await case_for(actor, case_id, Action.ANSWER_SURVEY)
        if await _take_ticket(case_id):
            keep_waiting(actor.id, {name: answers[name] for name in QUESTIONS})


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
