"""Where the teams of a kept base stand once each has its own turn. Source: db/migrations/teams_apart.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.case_status import OPEN_STATUSES
from app.domain.cases.access import load_locked_case
from app.domain.cases.progress.rows import build_progress
from app.tests.kept_bases.schema import read_stored_values
from app.tests.support.rows import open_raw_database
from db.tables.cases import Case
from db.tables.participants import Recipient

if TYPE_CHECKING:
    from app.tests.kept_bases.migrated import MigratedDatabase

KEPT_COLUMNS = ("id", "case", "team", "joined_at", "seen_at", "taken_by", "irrelevant_at")


async def test_the_row_of_each_open_case_follows_from_its_teams(past_database: MigratedDatabase) -> None:
    rows = await Case.select(Case.id, Case.status, Case.late_from, Case.handled_at).where(
        Case.status.is_in([status.value for status in OPEN_STATUSES])
    )
    for row in rows:
        case = await load_locked_case(row["id"])
        assert case is not None and case.teams
        progress = build_progress(case)
        assert (progress.status, progress.late_from, progress.handled_at) == (
            row["status"],
            row["late_from"],
            row["handled_at"],
        )
    assert len(rows) > 10


async def test_each_row_of_a_team_is_kept_and_one_that_transferred_has_its_own_again(
    migrated_database: MigratedDatabase, past_database: MigratedDatabase
) -> None:
    kept, now = migrated_database.values["recipient"], await Recipient.select(Recipient.left_at).order_by(Recipient.id)
    async with open_raw_database(past_database.url) as database:
        values = (await read_stored_values(database))["recipient"]
    count = len(kept["id"])
    for name in KEPT_COLUMNS:
        assert values[name][:count] == kept[name], name
    assert [row["left_at"] is not None for row in now] == [False] * count + [True]
