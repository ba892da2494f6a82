"""Closing, reopening, and the survey that nobody can be found from."""

from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.cases.closure import close, reopen
from app.domain.cases.facts import visible_case
from app.domain.cases.reading import open_case
from app.domain.cases.statuses import Status
from app.domain.cases.survey import already_answered, answer_survey, shown_results
from app.domain.errors import Conflict, Invalid, Refused
from db.tables import Event, Letter, SurveyTally, SurveyTicket

ANSWERS = {"useful": "yes", "quick": "partly", "clear": "no"}


async def test_a_colleague_closes_too_and_everyone_else_is_told(cast: Cast, case_id: UUID, now: datetime) -> None:
    await close(cast.colleague_lot, case_id, "elsewhere", now)

    assert (await visible_case(cast.agent_lot, case_id)).status == Status.CLOSED
    told = await Letter.select(Letter.person.address).where(Letter.kind == "closed")
    assert {row["person.address"] for row in told} == {
        "agent.lot@exemple.fr",
        "referent.caf.lot@exemple.fr",
        "responsable.caf.lot@exemple.fr",
        "referent.msa.lot@exemple.fr",
    }


async def test_a_referent_does_not_close(cast: Cast, case_id: UUID, now: datetime) -> None:
    with pytest.raises(Refused):
        await close(cast.referent_caf_lot, case_id, "solved", now)


async def test_closing_again_is_the_same_closing_and_a_colleagues_a_conflict(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await close(cast.agent_lot, case_id, "solved", now)
    await close(cast.agent_lot, case_id, "solved", now)

    assert await Event.count().where(Event.kind == "closed") == 1
    with pytest.raises(Conflict):
        await close(cast.colleague_lot, case_id, "solved", now)


async def test_an_outcome_is_needed(cast: Cast, case_id: UUID, now: datetime) -> None:
    with pytest.raises(Invalid):
        await close(cast.agent_lot, case_id, "", now)


@pytest.mark.parametrize("opened", [False, True])
async def test_reopening_returns_to_what_it_was(cast: Cast, case_id: UUID, now: datetime, opened: bool) -> None:
    if opened:
        await open_case(cast.referent_caf_lot, case_id, now)
    await close(cast.agent_lot, case_id, "not_solved", now)

    await reopen(cast.colleague_lot, case_id, now)

    reopened = await visible_case(cast.agent_lot, case_id)
    assert reopened.status == (Status.SEEN if opened else Status.NEW) and reopened.closed_by is None
    with pytest.raises(Conflict):
        await reopen(cast.agent_lot, case_id, now)


async def test_the_survey_counts_once_and_is_shown_from_five_answers_up(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await close(cast.agent_lot, case_id, "solved", now)

    for _ in range(3):
        await answer_survey(cast.agent_lot, case_id, ANSWERS, now)

    assert await already_answered(case_id)
    tallies = await SurveyTally.select(SurveyTally.question, SurveyTally.answer, SurveyTally.total)
    assert {(row["question"], row["answer"], row["total"]) for row in tallies} == {
        ("useful", "yes", 1),
        ("quick", "partly", 1),
        ("clear", "no", 1),
    }
    assert await shown_results("2026-11") == {}
    await SurveyTally.update({SurveyTally.total: 5}).where(SurveyTally.question == "clear")
    assert await shown_results("2026-11") == {"clear": {"no": 5}}


async def test_what_the_survey_keeps_names_no_case_no_person_and_no_hour(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await close(cast.agent_lot, case_id, "solved", now)
    await answer_survey(cast.agent_lot, case_id, ANSWERS, now)

    kept = str(await SurveyTally.select()) + str(await SurveyTicket.select())
    assert str(case_id) not in kept and f"'{cast.agent_lot.id}'" not in kept and "09:00" not in kept


async def test_only_who_closed_it_answers_the_survey(cast: Cast, case_id: UUID, now: datetime) -> None:
    await close(cast.agent_lot, case_id, "solved", now)

    with pytest.raises(Conflict):
        await answer_survey(cast.colleague_lot, case_id, ANSWERS, now)
    with pytest.raises(Invalid):
        await answer_survey(cast.agent_lot, case_id, {"useful": "perhaps"}, now)
