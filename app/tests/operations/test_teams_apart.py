"""What the migration « teams_apart » makes of the cases of the release before it. Source: db/migrations/teams_apart.py.

A team's row is compared whole. The case's row keeps its status; its turn, clock and « c'est traité » follow the teams'.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from piccolo.apps.migrations.commands.forwards import run_forwards

from app.domain.cases.access import load_locked_case
from app.domain.cases.progress.rows import build_progress
from app.domain.cases.progress.team import TeamProgress
from app.tests.operations.apart_departures import DEPARTURES
from app.tests.operations.apart_story import FRESH
from app.tests.operations.apart_teams import ONE_TEAM, SEVERAL_TEAMS
from app.tests.operations.former_case import CAF, CLOSED, MSA, FormerCase, day, insert_former_cases
from app.tests.support.fixtures import open_engine
from app.tests.support.rows import open_raw_database
from db.engine import build_engine
from db.migrations import initial
from db.tables.cases import Case
from db.tables.participants import Recipient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from app.domain.cases.permissions import CaseFacts
    from app.tests.support.postgres_cluster import Cluster

STARTED = datetime.now(UTC)
STORIES = {**ONE_TEAM, **SEVERAL_TEAMS, **DEPARTURES}
ERASED = FormerCase().send(1, CAF, CLOSED).answer(3, CAF, "handled").transfer(4, CAF, MSA).close(5).erase(9)
ROW = ("status", "next_side", "late_from", "handled_at")


@dataclass(frozen=True)
class Migrated:
    """facts, rows: by story. erased: the recipients of the erased case."""

    facts: dict[str, CaseFacts]
    rows: dict[str, dict[str, Any]]
    erased: list[dict[str, Any]]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
async def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Migrated]:
    """Every story in one database."""
    cases = [*(one.case for one in STORIES.values()), ERASED]
    if request.param == "sqlite":
        yield await migrate(f"sqlite:///{tmp_path_factory.mktemp('apart') / 'apart.sqlite'}", cases)
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    yield await migrate(cluster.create_database("apart"), cases)
    cluster.drop_database("apart")


async def migrate(url: str, cases: list[FormerCase]) -> Migrated:
    async with open_engine(build_engine(url)):
        assert (await run_forwards("db", migration_id=initial.ID)).success
        async with open_raw_database(url) as database:
            await insert_former_cases(database, cases)
        assert (await run_forwards("db")).success, "and those after it: the code of today reads the rows"
        rows = {row["id"]: row for row in await Case.select()}
        erased = await Recipient.select().where(Recipient.case == ERASED.id).order_by(Recipient.team)
        facts = {name: await load(one.case.id) for name, one in STORIES.items()}
    return Migrated(facts, {name: rows[one.case.id] for name, one in STORIES.items()}, erased)


async def load(case_id: UUID) -> CaseFacts:
    case = await load_locked_case(case_id)
    assert case is not None
    return replace(case, teams={team: with_fixed_clock(progress) for team, progress in case.teams.items()})


def with_fixed_clock(progress: TeamProgress) -> TeamProgress:
    """day(100) is the moment of the migration, whose clock is the machine's."""
    since, late = progress.waiting_since, progress.late_from
    if since is None or late is None or since < STARTED:
        return progress
    return replace(progress, waiting_since=day(100), late_from=day(100) + (late - since))


@pytest.mark.parametrize("name", STORIES)
def test_each_team_gets_its_own_turn_clock_and_answers(migrated: Migrated, name: str) -> None:
    assert {team: asdict(progress) for team, progress in migrated.facts[name].teams.items()} == {
        team: asdict(progress) for team, progress in STORIES[name].after.items()
    }


@pytest.mark.parametrize("name", STORIES)
def test_the_row_of_the_case_changes_in_what_was_hidden_alone(migrated: Migrated, name: str) -> None:
    expected = {column: STORIES[name].case.columns[column] for column in ROW} | STORIES[name].changed
    if type(expected["handled_at"]) is int:
        expected["handled_at"] = day(expected["handled_at"])
    row = {column: migrated.rows[name][column] for column in ROW}
    if row["late_from"] is not None and row["late_from"] >= STARTED:
        row["late_from"] = FRESH["late_from"]
    assert row == expected


@pytest.mark.parametrize("name", [name for name, one in STORIES.items() if one.case.columns["status"] != "closed"])
def test_the_row_of_an_open_case_follows_from_its_teams(migrated: Migrated, name: str) -> None:
    progress, row = build_progress(migrated.facts[name]), migrated.rows[name]
    late_from = FRESH["late_from"] if row["late_from"] and row["late_from"] >= STARTED else row["late_from"]
    assert progress.status == row["status"]
    assert (progress.late_from, progress.handled_at) == (late_from, row["handled_at"])


def test_a_case_of_one_team_is_left_as_it_was() -> None:
    assert all(not one.changed for one in ONE_TEAM.values()) and len(ONE_TEAM) > 10


def test_an_erased_case_is_left_alone(migrated: Migrated) -> None:
    assert [(row["team"], row["left_at"], row["first_answer_at"], row["next_side"]) for row in migrated.erased] == [
        (MSA, None, None, ""),
        (CLOSED, None, None, ""),
    ]
