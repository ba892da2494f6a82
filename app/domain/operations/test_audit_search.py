"""The audit log for admins only: filters, pages without a gap, an index for each filter."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.audit.log import write_audit
from app.domain.errors import Invalid, NotFound
from app.domain.operations.audit_conditions import AuditFilters
from app.domain.operations.audit_search import PAGE_SIZE, export_audit_log, search_audit_log
from db.engine import is_postgres
from db.tables.audit import AuditEntry

FIRST = datetime(2026, 11, 10, 23, 30, tzinfo=UTC)


async def actions(cast: Cast, now: datetime, **filters: object) -> list[str]:
    shown = await search_audit_log(cast.admin, AuditFilters(**filters), now)  # type: ignore[arg-type]
    return [line.action for line in shown.lines]


async def test_it_is_filtered_by_whom_what_where_and_when(cast: Cast, case_id: UUID, now: datetime) -> None:
    julien, caf = cast.referent_caf_lot, cast.referent_caf_lot.seats[0]
    await write_audit("case.read", now=FIRST, person_id=julien.id, case_id=case_id)
    await write_audit("phrase.kept", now=FIRST + timedelta(days=1), target_person_id=julien.id, team_id=caf.team_id)

    assert await actions(cast, now, person=julien.address.upper()) == ["phrase.kept", "case.read", "terms.accepted"]
    assert await actions(cast, now, person=str(julien.id)) == ["phrase.kept", "case.read", "terms.accepted"]
    assert await actions(cast, now, team="caf LOT") == ["phrase.kept"]
    assert await actions(cast, now, team=str(caf.team_id)) == ["phrase.kept"]
    assert await actions(cast, now, case_id=case_id) == ["case.read", "case.sent"]
    assert await actions(cast, now, action="phrase.kept") == ["phrase.kept"]
    assert await actions(cast, now, since=date(2026, 11, 11), until=date(2026, 11, 11)) == ["case.read"]
    assert await actions(cast, now, until=date(2026, 11, 10)) == []
    assert await actions(cast, now, person=str(julien.id), action="case.read", case_id=case_id) == ["case.read"]


@pytest.mark.parametrize("filters", [{"person": "inconnu@exemple.fr"}, {"person": "Julien"}, {"team": "CAF de Mars"}])
async def test_a_filter_that_names_no_one_says_so(cast: Cast, now: datetime, filters: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        await search_audit_log(cast.admin, AuditFilters(**filters), now)  # type: ignore[arg-type]


async def test_pages_follow_one_another_and_lines_that_come_in_move_none(cast: Cast, now: datetime) -> None:
    for number in range(2 * PAGE_SIZE + 1):
        await write_audit("login", now=now + timedelta(seconds=number), person_id=cast.agent_cher.id)
    filters = {"person": cast.agent_cher.address, "action": "login"}

    seen, before, sizes = [], None, []
    while True:
        shown = await search_audit_log(cast.admin, AuditFilters(**filters, before=before), now)  # type: ignore[arg-type]
        seen += [line.id for line in shown.lines]
        sizes.append(len(shown.lines))
        if (before := shown.next_before) is None:
            break
        await write_audit("login", now=now, person_id=cast.agent_cher.id)

    assert sizes == [PAGE_SIZE, PAGE_SIZE, 1]
    assert seen == sorted(set(seen), reverse=True)


async def test_no_other_person_reads_it(cast: Cast, now: datetime) -> None:
    for actor in (cast.supervisor_lot, cast.manager_caf_lot, cast.expert, cast.agent_lot):
        with pytest.raises(NotFound):
            await search_audit_log(actor, AuditFilters(), now)
        with pytest.raises(NotFound):
            await export_audit_log(actor, AuditFilters(), now)


async def test_reading_it_and_exporting_it_are_in_it(cast: Cast, now: datetime) -> None:
    for _ in range(2):
        await search_audit_log(cast.admin, AuditFilters(), now)
        await export_audit_log(cast.admin, AuditFilters(), now)

    assert await AuditEntry.count().where(AuditEntry.action == "trail.read", AuditEntry.person_id == cast.admin.id) == 1
    assert (
        await AuditEntry.count().where(AuditEntry.action == "trail.exported", AuditEntry.person_id == cast.admin.id)
        == 2
    )


@pytest.mark.parametrize(
    ("where", "index"),
    [
        ("person_id = 7", "audit_log_by_person_id"),
        ("team_id = 7", "audit_log_by_team_id"),
        ("action = 'login'", "audit_log_by_action"),
        ("case_id = '7b0b9b1e-0000-4000-8000-000000000000'", "audit_log_by_case_id"),
    ],
)
async def test_each_filter_has_its_index(database: str, where: str, index: str) -> None:
    if is_postgres():
        pytest.skip("a small table is read whole on PostgreSQL, whatever its indexes")
    plan = await AuditEntry.raw(f"EXPLAIN QUERY PLAN SELECT * FROM audit_log WHERE {where} ORDER BY id DESC LIMIT 51")  # noqa: S608
    assert index in str(plan) and "TEMP B-TREE" not in str(plan)
