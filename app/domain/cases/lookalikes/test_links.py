"""Two cases are linked, and the link shows nothing to a person who reads one of them alone."""

import asyncio
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.cases.lookalikes.links import link_cases, list_linked_cases, unlink_cases
from app.domain.cases.lookalikes.other_cases import find_readable_number, list_other_cases
from app.domain.errors import Invalid, NotFound
from app.tests.support.cases_fixtures import NewCase
from db.engine import transaction
from db.tables.audit import AuditEntry
from db.tables.case_links import CaseLink
from db.tables.cases import Case


async def test_who_reads_both_links_them_once_and_takes_it_back(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id, other = await new_case("CAF"), await new_case("MSA")
    for one, there in ((case_id, other), (other, case_id)):
        await link_cases(cast.agent_lot, one, there, now)
    assert await list_linked_cases(case_id) == [other] and await list_linked_cases(other) == [case_id]
    row = await CaseLink.select(CaseLink.linked_by, CaseLink.linked_at).first()
    assert row == {"linked_by": cast.agent_lot.id, "linked_at": now}
    for _ in range(2):
        await unlink_cases(cast.colleague_lot, other, case_id, now)
    assert await list_linked_cases(case_id) == []
    lines = await AuditEntry.select(AuditEntry.action).where(AuditEntry.action.like("case.%linked"))
    assert sorted(row["action"] for row in lines) == ["case.linked"] * 2 + ["case.unlinked"] * 2


async def test_who_reads_one_alone_links_nothing_and_sees_nothing(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id, other = await new_case("CAF"), await new_case("MSA")
    for verb in (link_cases, unlink_cases):
        for actor in (cast.referent_caf_lot, cast.agent_cher, cast.admin):
            with pytest.raises(NotFound):
                await verb(actor, case_id, other, now)
    with pytest.raises(Invalid):
        await link_cases(cast.agent_lot, case_id, case_id, now)

    await link_cases(cast.agent_lot, case_id, other, now)
    assert await list_other_cases(cast.referent_caf_lot, case_id, now) == []
    (shown,) = await list_other_cases(cast.agent_lot, case_id, now)
    assert (shown.case.id, shown.linked) == (other, True)


async def test_a_case_that_is_erased_meanwhile_is_not_linked(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id, other = await new_case("CAF"), await new_case("MSA")
    erased = asyncio.Event()

    async def link() -> None:
        await erased.wait()
        await link_cases(cast.agent_lot, case_id, other, now)

    linking = asyncio.create_task(link())
    async with transaction():
        await Case.update({Case.erased_at: now}).where(Case.id == other)
        erased.set()
        await asyncio.sleep(0.2)
    with pytest.raises(NotFound):
        await linking
    assert await list_linked_cases(case_id) == []


async def test_a_case_is_asked_for_by_its_number(cast: Cast, new_case: NewCase, now: datetime) -> None:
    other: UUID = await new_case("MSA")
    row = await Case.select(Case.number).where(Case.id == other).first()
    number = row["number"] if row else 0
    assert await find_readable_number(cast.agent_lot, number) == other
    assert await find_readable_number(cast.referent_caf_lot, number) is None
