"""Closing, reopening, and the survey that nobody can be found from."""

import contextlib
from datetime import datetime
from uuid import UUID

import pytest
from piccolo.table import Table

from app.cast import Cast
from app.domain.cases.closure import close, reopen
from app.domain.cases.conftest import NewCase, open_case
from app.domain.cases.facts import visible_case
from app.domain.cases.statuses import Status
from app.domain.cases.survey import already_answered, answer_survey, shown_results
from app.domain.errors import Conflict, Invalid, Refused
from db import tables
from db.engine import is_postgres, transaction
from db.tables import Event, Letter, SurveyTally

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
    tallies = await SurveyTally.select().where(SurveyTally.total > 0)
    assert {(row["question"], row["answer"], row["total"]) for row in tallies} == {
        ("useful", "yes", 1),
        ("quick", "partly", 1),
        ("clear", "no", 1),
    }
    assert await shown_results("2026-11") == {}
    await SurveyTally.update({SurveyTally.total: 5}).where(SurveyTally.answer == "no", SurveyTally.question == "clear")
    assert await shown_results("2026-11") == {"clear": {"no": 5}}


ENTHUSIASM, ANGER = dict.fromkeys(ANSWERS, "yes"), dict.fromkeys(ANSWERS, "no")


class _UndoneError(Exception):
    """Takes a transaction back."""


async def everything() -> dict[str, list[dict[str, object]]]:
    """The whole database, each table in the order of its rows. A sum's number is dropped, its place kept."""
    found = {}
    for table in vars(tables).values():
        if isinstance(table, type) and issubclass(table, Table) and table is not Table:
            name, key = table._meta.tablename, table._meta.primary_key._meta.db_column_name
            found[name] = await table.raw(f'SELECT * FROM "{name}" ORDER BY "{key}"')  # noqa: S608
    return found | {"survey_tally": [row | {"id": None} for row in found["survey_tally"]]}


async def test_with_the_whole_database_nobody_tells_who_gave_which_answer(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    """Two people answer; then, in a world that is otherwise the same, each gives the other's answers."""
    worlds = []
    first, second = await new_case("CAF"), await new_case("MSA")
    await close(cast.agent_lot, first, "solved", now)
    await close(cast.colleague_lot, second, "solved", now)
    for mine, theirs in ((ENTHUSIASM, ANGER), (ANGER, ENTHUSIASM)):
        with contextlib.suppress(_UndoneError):
            async with transaction():
                await answer_survey(cast.agent_lot, first, mine, now)
                await answer_survey(cast.colleague_lot, second, theirs, now)
                worlds.append(await everything())
                raise _UndoneError

    assert worlds[0] == worlds[1]


async def test_each_answer_marks_every_sum_of_its_month(cast: Cast, case_id: UUID, now: datetime) -> None:
    await close(cast.agent_lot, case_id, "solved", now)
    await answer_survey(cast.agent_lot, case_id, ANSWERS, now)

    assert await SurveyTally.count() == 9
    if is_postgres():
        marks = await SurveyTally.raw("SELECT DISTINCT xmin::text AS mark FROM survey_tally")
        assert len(marks) == 1


async def test_only_who_closed_it_answers_the_survey(cast: Cast, case_id: UUID, now: datetime) -> None:
    await close(cast.agent_lot, case_id, "solved", now)

    with pytest.raises(Conflict):
        await answer_survey(cast.colleague_lot, case_id, ANSWERS, now)
    with pytest.raises(Invalid):
        await answer_survey(cast.agent_lot, case_id, {"useful": "perhaps"}, now)
