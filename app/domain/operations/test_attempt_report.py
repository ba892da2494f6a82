"""Attempts of strangers are counted: for any number of them, the audit log and the counts stay small."""

from datetime import datetime, timedelta

import pytest

from app.cast import Cast
from app.domain.audit.attempt_counts import MAX_NETWORKS, delete_old_counts, record_attempt
from app.domain.audit.log import Origin, use_origin
from app.domain.errors import AccessDenied
from app.domain.operations.attempt_report import AttemptTotals, list_daily_attempts
from db.tables.audit import AttemptCount, AuditEntry


async def tries(many: int, about: int | None, now: datetime) -> None:
    for n in range(many):
        with use_origin(Origin(f"198.51.{n}.0/24", "Firefox")):
            await record_attempt("login.refused", about=about, now=now)


async def test_of_unknown_addresses_nothing_is_in_the_trail_and_rows_are_bounded(cast: Cast, now: datetime) -> None:
    before = await AuditEntry.count()
    await tries(MAX_NETWORKS + 50, None, now)
    await tries(MAX_NETWORKS + 50, None, now)

    assert await AuditEntry.count() == before
    rows = await AttemptCount.select(AttemptCount.network, AttemptCount.times)
    assert len(rows) == MAX_NETWORKS + 1 and sum(row["times"] for row in rows) == 2 * (MAX_NETWORKS + 50)
    assert [row["times"] for row in rows if not row["network"]] == [100], "the others are one"


async def test_a_known_account_has_one_line_an_hour_with_where_the_first_came_from(cast: Cast, now: datetime) -> None:
    await tries(30, cast.agent_lot.id, now)
    await tries(30, cast.agent_lot.id, now + timedelta(hours=1))

    lines = await AuditEntry.select().where(AuditEntry.action == "login.refused").order_by(AuditEntry.id)
    assert [(line["target_person_id"], line["network"], line["person_id"]) for line in lines] == [
        (cast.agent_lot.id, "198.51.0.0/24", None)
    ] * 2
    assert [line["happened_at"] for line in lines] == [now, now + timedelta(hours=1)]
    counts = await AttemptCount.select(AttemptCount.account_id, AttemptCount.times)
    assert counts == [{"account_id": cast.agent_lot.id, "times": 30}] * 2


async def test_counts_go_after_thirty_days(cast: Cast, now: datetime) -> None:
    await tries(2, None, now)

    assert await delete_old_counts(now + timedelta(days=30)) == 0
    assert await delete_old_counts(now + timedelta(days=31)) == 2 and await AttemptCount.count() == 0


async def test_the_counts_of_a_day_are_added_up_by_action(cast: Cast, now: datetime) -> None:
    await tries(2, None, now - timedelta(hours=24))
    await tries(3, None, now - timedelta(hours=23))
    await tries(1, None, now)
    await tries(4, cast.agent_lot.id, now)
    with use_origin(Origin("203.0.113.0/24", "Firefox")):
        await record_attempt("signup.asked", about=None, now=now)

    asked, refused = sorted(await list_daily_attempts(cast.admin, now), key=lambda one: one.times)
    assert asked == AttemptTotals("signup.asked", 1, 0, (("203.0.113.0/24", 1),))
    assert (refused.action, refused.times, refused.on_accounts) == ("login.refused", 8, 4)
    assert refused.networks == (("198.51.0.0/24", 2), ("198.51.1.0/24", 1), ("198.51.2.0/24", 1))


async def test_who_may_not_read_the_trail_may_not_read_its_counts(cast: Cast, now: datetime) -> None:
    for actor in (cast.supervisor_lot, cast.manager_caf_lot, cast.expert, cast.agent_lot):
        with pytest.raises(AccessDenied):
            await list_daily_attempts(actor, now)
