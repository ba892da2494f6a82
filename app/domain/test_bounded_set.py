"""What a process remembers as written: bounded, for one database, and only what was committed."""

from datetime import datetime
from uuid import uuid4

import pytest

from app.domain.audit.log import record_denied_case
from app.domain.bounded_set import BoundedSet
from db.engine import build_engine, get_current_engine, transaction, use_engine
from db.tables.audit import AuditEntry


def test_the_oldest_is_forgotten_first_and_everything_with_the_database() -> None:
    before, known = get_current_engine(), BoundedSet(2)
    for one in ("a", "b", "c"):
        known.add(one)
    assert [known.contains(one) for one in ("a", "b", "c")] == [False, True, True]
    use_engine(build_engine("postgresql://nowhere/nothing"))
    try:
        assert not known.contains("c")
    finally:
        use_engine(before)


async def test_what_was_rolled_back_is_written_the_next_time(database: str, now: datetime) -> None:
    case_id = uuid4()
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await record_denied_case(1, case_id, now)
            raise ZeroDivisionError
    assert not await AuditEntry.exists().where(AuditEntry.case_id == case_id)

    for _ in range(2):
        await record_denied_case(1, case_id, now)
    assert await AuditEntry.count().where(AuditEntry.case_id == case_id) == 1
