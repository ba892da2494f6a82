"""The satisfaction survey: three questions, anonymous. Source: fiche-agent.txt; features.md S9.

Only sums of several people's answers are stored: no row is one person's answer, and no sum leads to a case, a person or
an hour. A participation is stored at once, as an HMAC of the case under the server's key, so that each case is answered
once. It stays even if a stop of the process loses the answer.
"""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_case_for_action
from app.domain.cases.lifecycle.survey_buffer import buffer_answers
from app.domain.cases.lifecycle.survey_counts import QUESTIONS
from app.domain.cases.permissions import Action
from app.domain.errors import Invalid
from app.domain.tokens import compute_hmac
from db.batch import BatchQuery, BoundQuery
from db.engine import transaction
from db.tables.survey import SurveyParticipation

_PARTICIPATION_QUERY = BatchQuery({"digest": "k.digest"}, "survey_participation k WHERE k.digest = {}", {})


async def answer_survey(actor: Actor, case_id: UUID, answers: dict[str, str], now: datetime) -> None:
    """The answers wait in memory, without their time (survey_buffer.py). A second time changes nothing.

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
    """One row if the survey was answered."""
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
    """Deleted with the case. Runs in the caller's transaction."""
    await SurveyParticipation.delete().where(SurveyParticipation.digest == _compute_digest(case_id))
