"""What a process remembers to be written: bounded, of one database, and only what was committed."""

from datetime import datetime
from uuid import uuid4

import pytest

from app.domain.audit.log import note_refusal
from app.domain.bounded_set import Remembered
from db.engine import current_engine, engine_for, transaction, use
from db.tables import Audit


def test_the_oldest_is_forgotten_first_and_everything_with_the_database() -> None:
    before, known = current_engine(), Remembered(2)
    for one in ("a", "b", "c"):
        known.keep(one)
    assert [known.holds(one) for one in ("a", "b", "c")] == [False, True, True]
    use(engine_for("postgresql://nowhere/nothing"))
    try:
        assert not known.holds("c")
    finally:
        use(before)


async def test_what_was_rolled_back_is_written_the_next_time(database: str, now: datetime) -> None:
    case_id = uuid4()
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await note_refusal(1, case_id, now)
            raise ZeroDivisionError
    assert not await Audit.exists().where(Audit.case_id == case_id)

    for _ in range(2):
        await note_refusal(1, case_id, now)
    assert await Audit.count().where(Audit.case_id == case_id) == 1
