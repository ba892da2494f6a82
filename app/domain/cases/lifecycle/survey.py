"""The satisfaction survey: three questions, anonymous. Source: the sheet; features.md S9.

Only sums of several people's answers are kept: no row is one person's answers, and nothing leads from a sum to a case,
a person or an hour. What is written when a person answers is that they did: « once » is a digest under the server's
key, which says nothing without that key. Once written it stays, even where a stop loses the answer that it stands for.
"""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_case_for_action
from app.domain.cases.lifecycle.survey_sums import QUESTIONS
from app.domain.cases.lifecycle.survey_waiting import buffer_answers
from app.domain.cases.permissions import Action
from app.domain.errors import Invalid
from app.domain.tokens import compute_hmac
from db.batch import BatchQuery, BoundQuery
from db.engine import transaction
from db.tables import SurveyParticipation

_PARTICIPATION_QUERY = BatchQuery({"digest": "k.digest"}, "survey_participation k WHERE k.digest = {}", {})


async def answer_survey(actor: Actor, case_id: UUID, answers: dict[str, str], now: datetime) -> None:
    """The answers wait for others', without their hour. A second time changes nothing.

    Raises Invalid, NotFound, Conflict.
    """
    missing = [name for name, choices in QUESTIONS.items() if answers.get(name) not in choices]
    if missing:
        raise Invalid(**{name: "Choisissez une réponse." for name in missing})
    async with transaction():
        await load_case_for_action(actor, case_id, Action.ANSWER_SURVEY)
        if await _record_participation(case_id):
            buffer_answers(actor.id, {name: answers[name] for name in QUESTIONS})


def build_participation_query(case_id: UUID) -> BoundQuery:
    """One, when the survey is answered."""
    return _PARTICIPATION_QUERY.bind(_compute_digest(case_id))


def _compute_digest(case_id: UUID) -> str:
    return compute_hmac("survey", str(case_id))


async def _record_participation(case_id: UUID) -> bool:
    ticket = SurveyParticipation(digest=_compute_digest(case_id))
    return bool(
        await SurveyParticipation.insert(ticket)
        .on_conflict(target=SurveyParticipation.digest, action="DO NOTHING")
        .returning(SurveyParticipation.digest)
    )


async def delete_participation(case_id: UUID) -> None:
    """With the case it speaks of. In the verb's transaction."""
    await SurveyParticipation.delete().where(SurveyParticipation.digest == _compute_digest(case_id))
