"""A search is recorded by a keyed mark, and has a limit; a former index is made again."""

from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.lifecycle.completion import complete
from app.domain.cases.search.citizen_conditions import find_token_matches
from app.domain.cases.search.record import record_search
from app.domain.cases.search.reindexing import reindex_cases
from app.domain.errors import TooManyRequests
from app.domain.operations.audit_conditions import AuditFilters
from app.domain.operations.audit_search import search_audit_log
from db.engine import is_postgres
from db.tables.audit import AuditEntry
from db.tables.cases import Case
from db.tables.search_tokens import SearchToken


async def test_a_search_is_recorded_by_a_mark_and_has_a_limit(cast: Cast, case_id: UUID, now: datetime) -> None:
    await record_search(cast.agent_lot, "Pélissier  Jeanne", now)
    await record_search(cast.agent_lot, "4827-1930", now)

    for typed, times in (("jeanne pelissier", 1), ("pelissier", 0), ("4827-1930", 0)):
        shown = await search_audit_log(cast.admin, AuditFilters(words=typed), now)
        assert len(shown.lines) == times, typed
    row = await AuditEntry.select(AuditEntry.search_mark).where(AuditEntry.action == "case.searched").first()
    assert row and row["search_mark"] and "pelissier" not in str(row)
    with pytest.raises(TooManyRequests):
        for number in range(100):
            await record_search(cast.agent_lot, f"pelissier {number}", now)


async def test_a_case_of_a_former_index_is_indexed_again(cast: Cast, case_id: UUID, now: datetime) -> None:
    await SearchToken.delete().where(SearchToken.case == case_id)
    await Case.update({Case.search_version: 0}).where(Case.id == case_id)
    assert (await list_cases(cast.agent_lot, Filters(words="pelissier"), now)).total == 0

    assert (await reindex_cases(now), await reindex_cases(now)) == (1, 0)

    assert (await list_cases(cast.agent_lot, Filters(words="pelissier"), now)).total == 1


async def test_last_digits_and_names_are_looked_up_among_what_one_may_read_alone(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    """On PostgreSQL, where the lookup is a query of its own."""
    await complete(cast.agent_lot, case_id, "Numéro de téléphone", "06 39 98 47 11", now)
    for actor, known in ((cast.agent_lot, {case_id}), (cast.agent_cher, set[UUID]())):
        found = await find_token_matches(actor, "pelissier 4711")
        assert (found is not None) == is_postgres()
        assert found is None or set[UUID]().union(*found.values()) == known
        assert (await list_cases(actor, Filters(words="4711"), now)).total == len(known)
