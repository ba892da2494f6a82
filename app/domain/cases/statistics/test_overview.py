"""Statistics that match the cases, over one’s own areas alone; an anonymous line for each, page after page."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from piccolo.querystring import QueryString

from app.cast import Cast
from app.domain.case_status import Status
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.statistics.anonymous_list import PAGE_SIZE, list_anonymous_cases
from app.domain.cases.statistics.counting import count_area
from app.domain.cases.statistics.overview import load_overview
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.domain.errors import NotFound
from app.tests.support.cases_fixtures import NewCase, make_draft, open_and_read_case
from db.engine import is_postgres
from db.tables.cases import Case


async def test_the_figures_are_those_of_the_cases(cast: Cast, new_case: NewCase, now: datetime) -> None:
    answered, seen = await new_case("CAF", "MSA"), await new_case("CAF")
    closed, _ = await new_case("CPAM"), await new_case("CAF")
    await post_internal_note(cast.referent_caf_lot, answered, "Entre nous", key="a", now=now + timedelta(minutes=5))
    await post_message(cast.referent_msa_lot, answered, "Je regarde", key="b", now=now + timedelta(hours=2))
    await post_message(cast.referent_caf_lot, answered, "Payé", key="c", now=now + timedelta(hours=4))
    await post_message(cast.agent_lot, seen, "Des nouvelles ?", key="d", now=now + timedelta(minutes=1))
    await open_and_read_case(cast.referent_caf_lot, seen, now)
    await close(cast.agent_lot, closed, "solved", now)
    await Case.update({Case.urgent: True, Case.late_from: now}).where(Case.id == seen)

    shown = await load_overview(cast.supervisor_lot, now + timedelta(days=1))

    ((name, lot),) = shown.areas
    assert name == "Lot"
    assert lot.open == {Status.NEW: 1, Status.SEEN: 1, Status.ANSWERED: 1}
    assert (lot.late, lot.urgent, lot.sent, lot.closed) == (1, 1, 4, 1)
    assert lot.median_first_answer == timedelta(hours=2)
    by_name = dict(shown.organisations)
    assert by_name["CAF"].open == {Status.NEW: 1, Status.SEEN: 1, Status.ANSWERED: 1}
    assert (by_name["CAF"].median_first_answer, by_name["MSA"].median_first_answer) == (
        timedelta(hours=4),
        timedelta(hours=2),
    )
    assert (by_name["CPAM"].closed, by_name["CPAM"].median_first_answer) == (1, None)


async def test_a_month_later_only_what_is_open_counts(cast: Cast, new_case: NewCase, now: datetime) -> None:
    await new_case("CAF")
    await close(cast.agent_lot, await new_case("CAF"), "solved", now)

    ((_, lot),) = (await load_overview(cast.admin, now + timedelta(days=31))).areas

    assert (lot.sent, lot.closed, lot.open[Status.NEW]) == (0, 0, 1)


async def test_each_sees_their_territories_alone(cast: Cast, new_case: NewCase, now: datetime) -> None:
    await new_case("CAF")
    await new_case("CAF", actor=cast.agent_cher)

    assert [name for name, _ in (await load_overview(cast.supervisor_lot, now)).areas] == ["Lot"]
    assert [case.area for case in (await load_overview(cast.supervisor_lot, now, area="18")).cases] == ["Lot"]
    assert [name for name, _ in (await load_overview(cast.admin, now)).areas] == ["Cher", "Lot"]
    assert [case.area for case in (await load_overview(cast.admin, now, area="18")).cases] == ["Cher"]
    for actor in (cast.agent_lot, cast.manager_caf_lot, cast.expert):
        with pytest.raises(NotFound):
            await load_overview(actor, now)


async def test_drafts_and_erased_cases_are_in_nothing(
    cast: Cast, draft_id: UUID, new_case: NewCase, now: datetime
) -> None:
    await Case.update({Case.erased_at: now}).where(Case.id == await new_case("CAF"))

    shown = await load_overview(cast.admin, now)

    assert (shown.areas, shown.organisations, shown.cases) == ([], [], [])


async def test_pages_follow_one_another(cast: Cast, case_id: UUID, now: datetime) -> None:
    row = await Case.select().where(Case.id == case_id).first()
    assert row is not None
    copied = {name: value for name, value in row.items() if name not in ("id", "number", "last_event")}
    for number in range(PAGE_SIZE):
        await Case.insert(Case(**copied, last_event=1000 + number))

    first = await load_overview(cast.admin, now)
    second = await load_overview(cast.admin, now, before=first.older_position)

    assert [len(page.cases) for page in (first, second)] == [PAGE_SIZE, 1] and second.older_position is None
    orders = [case.position for case in (*first.cases, *second.cases)]
    assert orders == sorted(set(orders), reverse=True)


@pytest.fixture
def noted(database: str, monkeypatch: pytest.MonkeyPatch) -> list[QueryString]:
    """A list that grows by each query of the database."""
    if is_postgres():
        pytest.skip("a small table is read whole on PostgreSQL, whatever its indexes")
    engine, questions = Case._meta.db, list[QueryString]()
    ask = engine.run_querystring

    async def note(querystring: QueryString, *more: Any, **options: Any) -> Any:
        questions.append(querystring)
        return await ask(querystring, *more, **options)

    monkeypatch.setattr(engine, "run_querystring", note)
    return questions


async def plans(questions: list[QueryString]) -> list[list[str]]:
    asked = [QueryString(f"EXPLAIN QUERY PLAN {one.template}", *one.args) for one in questions]
    return [[row["detail"] for row in await Case._meta.db.run_querystring(one)] for one in asked]


@pytest.mark.parametrize("areas", [None, ["46"], ["46", "18"]])
async def test_the_list_is_read_in_the_order_of_an_index(
    noted: list[QueryString], areas: list[str] | None, now: datetime
) -> None:
    await list_anonymous_cases(areas, None, now)
    await list_anonymous_cases(areas, 900, now)

    for plan in await plans(noted):
        found = [step for step in plan if "USING INDEX cases_known" in step]
        assert len(found) == len(areas or [""]) and all("area=?" in step for step in found if areas), plan
        cut = plan.index("SCAN found") if "SCAN found" in plan else plan.index("SCAN part")
        assert not any("TEMP B-TREE" in step for step in plan[:cut]), "sorted before it is cut"


async def test_counting_a_territory_reads_no_history(noted: list[QueryString], now: datetime) -> None:
    await count_area("46", now)

    found = await plans(noted)
    assert len(found) == 2
    for plan in found:
        assert "SEARCH cases USING COVERING INDEX cases_open_in_area (area=? AND status=?)" in plan
        assert "SEARCH cases USING COVERING INDEX cases_closed_in_area (area=? AND closed_at>?)" in plan
        assert not any(re.match(r"SCAN (cases|recipient|event)\b", step) for step in plan)


async def test_several_territories_are_one_list(cast: Cast, new_case: NewCase, now: datetime) -> None:
    for _ in range(2):
        await new_case("CAF")
        await submit(cast.agent_cher, await make_draft(cast.agent_cher, now, "CAF"), now)

    both = await list_anonymous_cases(["46", "18"], None, now)

    apart = [*await list_anonymous_cases(["46"], None, now), *await list_anonymous_cases(["18"], None, now)]
    assert both == sorted(apart, key=lambda case: -case.position) and {case.area for case in both} == {"Lot", "Cher"}
    assert await list_anonymous_cases(["46", "18"], both[0].position, now) == both[1:]
