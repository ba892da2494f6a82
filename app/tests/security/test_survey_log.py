"""The database, its log replayed commit by commit, its copies, the trail, the journal and the keys do not tell, even
together, who said what.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import subprocess
from contextlib import closing
from itertools import pairwise
from shutil import copyfile
from typing import TYPE_CHECKING, Any

import pytest

from app.cast import Cast, load_cast
from app.cli.backup.postgres_tools import find_newest_tool
from app.cli.backup.snapshot import copy_database
from app.cli.backup.work_folder import open_unnamed_file
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.survey import answer_survey
from app.domain.cases.lifecycle.survey_buffer import GROUP_SIZE, QUIET_PERIOD, add_full_groups, find_answer_buffer
from app.domain.tokens import compute_hmac
from app.gateways.workers import survey
from app.main import create_app
from app.tests.support.cases_fixtures import make_colleague, make_draft
from app.tests.support.fixtures import open_engine
from app.tests.support.sqlite_log import DatabaseRows, disable_checkpoints, read_all_rows, replay_commits
from db.engine import build_engine, get_current_engine, is_postgres, use_engine
from db.piccolo_app import APP_CONFIG
from db.tables.cases import Case
from db.tables.survey import SurveyCount, SurveyParticipation

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime
    from pathlib import Path
    from uuid import UUID

    from app.domain.accounts.actor import Actor
    from app.gateways.email.transport import FolderTransport
    from app.gateways.files.store import EncryptedFileStore
    from app.tests.support.fixtures import Clock

    Closers = list[tuple[Actor, UUID]]
    """Who closes which case."""

QUESTIONS = ("useful", "quick", "clear")
ANSWERS = [dict.fromkeys(QUESTIONS, answer) for answer in ("yes", "no", "partly", "yes", "no", "no")]
TABLES = APP_CONFIG.table_classes


async def create_six_cases(cast: Cast, now: datetime) -> Closers:
    """Carmen's, each to be closed by another of her team."""
    people = [
        cast.agent_lot,
        cast.colleague_lot,
        *[await make_colleague(cast, name, now) for name in ("a", "b", "c", "d")],
    ]
    cases = [await make_draft(cast.agent_lot, now, "CAF") for _ in people]
    for case_id in cases:
        await submit(cast.agent_lot, case_id, now)
    return list(zip(people, cases, strict=True))


async def play_afternoon(cases: Closers, clock: Clock, look: Callable[[], Awaitable[None]]) -> None:
    """Each minute one person closes a case and answers at once; the worker takes its turns meanwhile and after."""
    closings = []
    for (actor, case_id), answers in zip(cases, ANSWERS, strict=True):
        await close(actor, case_id, "solved", clock.advance(seconds=25))
        closings.append(clock.now)
        await look()
        await answer_survey(actor, case_id, answers, clock.advance(seconds=5))
        await look()
        clock.advance(seconds=30)
        await run_survey_minute(clock, closings)
        await look()
    for _ in range(3):
        clock.advance(minutes=1)
        await run_survey_minute(clock, closings)
        await look()


async def run_survey_minute(clock: Clock, closings: Sequence[datetime]) -> None:
    if await add_full_groups(clock.now):
        assert all(clock.now - at >= QUIET_PERIOD for at in closings), "never in the minute of a closing"


def check_no_author_is_found(states: Sequence[DatabaseRows], cases: Closers) -> None:
    """The best that a thief does: who answered since the last addition, by the tickets, in their order, and the key."""
    closers = {compute_hmac("survey", str(case_id)): actor.id for actor, case_id in cases}
    suspects: list[int] = []
    additions = 0
    for before, after in pairwise(states):
        suspects += [
            closers[digest_in(row)]
            for row in after["survey_participation"]
            if row not in before["survey_participation"]
        ]
        if after["survey_count"] == before["survey_count"]:
            continue
        assert {name for name in after if after[name] != before[name]} == {"survey_count"}, "it has a commit of its own"
        assert count_added_answers(before, after) == dict.fromkeys(QUESTIONS, len(suspects))
        assert len(set(suspects)) == len(suspects) >= GROUP_SIZE, "one of these: nothing says which"
        suspects, additions = [], additions + 1
    assert additions and not suspects


def digest_in(row: tuple[Any, ...]) -> str:
    return next(value for value in row if isinstance(value, str) and len(value) == 64)


def count_added_answers(before: DatabaseRows, after: DatabaseRows) -> dict[str, int]:
    """question -> how many answers were added; a sum's row ends with its question, answer, total."""
    found = dict.fromkeys(QUESTIONS, 0)
    for sign, state in ((-1, before), (1, after)):
        for *_, question, _, total in state["survey_count"]:
            found[question] += sign * total
    return found


async def test_the_log_replayed_commit_by_commit_joins_no_answer_to_its_author(
    sqlite_template: Path, tmp_path: Path, clock: Clock
) -> None:
    """The closings, the trail, the tickets and the sums, each as it was after each commit."""
    path = copyfile(sqlite_template, tmp_path / "log.sqlite")

    async def look() -> None: ...

    async with open_engine(build_engine(f"sqlite:///{path}")):
        cases = await create_six_cases(await load_cast(), clock.now)
        await disable_checkpoints()
        await play_afternoon(cases, clock, look)
        states = [read_all_rows(file) for file in replay_commits(path)]

    assert len(states) == 1 + 2 * len(cases) + 1, "each closing, each answer, one addition"
    check_no_author_is_found(states, cases)


async def postgres_state() -> DatabaseRows:
    """Each row with the transaction that wrote it, and when that one was committed where the server keeps it."""
    kept = (await Case.raw("SHOW track_commit_timestamp"))[0]["track_commit_timestamp"] == "on"
    when = "pg_xact_commit_timestamp(xmin)::text" if kept else "NULL"
    read = f'SELECT ctid::text AS place, xmin::text AS mark, {when} AS "when", * FROM "{{}}" ORDER BY ctid'  # noqa: S608
    return {
        table._meta.tablename: [tuple(row.values()) for row in await table.raw(read.format(table._meta.tablename))]
        for table in TABLES
    }


async def test_the_order_and_moments_of_commits_join_no_answer_to_its_author(
    cluster: object, postgres_database: str, clock: Clock, request: pytest.FixtureRequest
) -> None:
    """On PostgreSQL, after each verb: xmin, the moment of its commit, the place of the row."""
    request.getfixturevalue("cluster").restore_rows("world")
    states = []

    async def look() -> None:
        states.append(await postgres_state())

    async with open_engine(build_engine(postgres_database)):
        cases = await create_six_cases(await load_cast(), clock.now)
        await look()
        await play_afternoon(cases, clock, look)

    check_no_author_is_found(states, cases)
    marks = {row[1] for row in states[-1]["survey_count"]}
    others = {row[1] for name, rows in states[-1].items() if name != "survey_count" for row in rows}
    assert len(marks) == 1 and not marks & others, "no other row is of that transaction"


async def close_and_answer_all(cases: Closers, said: Sequence[dict[str, str]], clock: Clock) -> None:
    clock.advance(minutes=1)
    for (actor, case_id), answers in zip(cases, said, strict=True):
        await answer_survey(actor, case_id, answers, clock.now)
    for _ in range(2):
        await add_full_groups(clock.advance(minutes=1))


async def test_with_each_other_s_answers_the_file_and_its_log_are_the_same_to_the_byte(
    sqlite_template: Path, tmp_path: Path, clock: Clock
) -> None:
    """Six people answer; then, in a world that is otherwise the same, each gives the next one's answers."""
    start = copyfile(sqlite_template, tmp_path / "start.sqlite")
    async with open_engine(build_engine(f"sqlite:///{start}")):
        cases = await create_six_cases(await load_cast(), clock.now)
        for actor, case_id in cases:
            await close(actor, case_id, "solved", clock.now)
    begun, logs = clock.now, []
    for name, said in (("one", ANSWERS), ("other", ANSWERS[1:] + ANSWERS[:1])):
        clock.now, path = begun, copyfile(start, tmp_path / f"{name}.sqlite")
        async with open_engine(build_engine(f"sqlite:///{path}")):
            await disable_checkpoints()
            await close_and_answer_all(cases, said, clock)
            logs.append(list(replay_commits(path)))

    assert len(logs[0]) == 1 + len(cases) + 1 and logs[0] == logs[1]


async def dump_database() -> dict[str, list[dict[str, Any]]]:
    """The whole database, each table in the order of its keys, without the ids of counts. On PostgreSQL, rows of the
    survey also have the rank of their transaction and of their place.
    """
    found = {}
    for table in TABLES:
        name, key = table._meta.tablename, table._meta.primary_key._meta.db_column_name
        order = ', rank() OVER (ORDER BY xmin::text::bigint) AS "rank", rank() OVER (ORDER BY ctid) AS place'
        ours = is_postgres() and table in (SurveyCount, SurveyParticipation)
        found[name] = await table.raw(f'SELECT *{order if ours else ""} FROM "{name}" ORDER BY "{key}"')  # noqa: S608
    return found | {"survey_count": [row | {"id": None} for row in found["survey_count"]]}


async def test_the_whole_database_joins_no_answer_to_its_author(cast: Cast, clock: Clock) -> None:
    """The same on both databases, the order of tickets and the marks of their rows included."""
    cases = await create_six_cases(cast, clock.now)
    for actor, case_id in cases:
        await close(actor, case_id, "solved", clock.now)
    begun, worlds = clock.now, []
    for said in (ANSWERS, ANSWERS[1:] + ANSWERS[:1]):
        clock.now = begun
        await close_and_answer_all(cases, said, clock)
        worlds.append(await dump_database())
        for table in (SurveyParticipation, SurveyCount):
            await table.raw(f"{'TRUNCATE' if is_postgres() else 'DELETE FROM'} {table._meta.tablename}")

    assert worlds[0] == worlds[1] and worlds[0]["survey_count"] and len(worlds[0]["survey_participation"]) == len(cases)


async def until(true: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if true():
            return
        await asyncio.sleep(0.01)
    pytest.fail("ten seconds have passed")


async def test_the_server_adds_them_and_its_stop_writes_nothing(
    new_database: str,
    clock: Clock,
    email_folder: FolderTransport,
    files: EncryptedFileStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of nine answers of six people, six together; the other three wait, and are lost."""
    monkeypatch.setattr(survey, "RUN_INTERVAL", 0.01)
    use_engine(build_engine(new_database))
    async with create_app(clock=clock, email_transport=email_folder, file_store=files).lifespan():
        cast = await load_cast()
        cases = [*await create_six_cases(cast, clock.now), *(await create_six_cases(cast, clock.now))[:3]]
        for actor, case_id in cases:
            await close(actor, case_id, "solved", clock.now)
        for actor, case_id in cases:
            await answer_survey(actor, case_id, ANSWERS[0], clock.now)
        await until(lambda: [len(group.people) for group in find_answer_buffer().list_full_groups()] == [6])
        clock.advance(minutes=1)
        await until(lambda: not find_answer_buffer().list_full_groups())
    async with open_engine(build_engine(new_database)):
        assert await SurveyParticipation.count() == len(cases) == 9
        rows = await SurveyCount.select().where(SurveyCount.question == QUESTIONS[0])
        assert sum(row["total"] for row in rows) == 6


async def sums_of_a_backup(path: Path) -> int:
    """How many answers to the first question a copy holds, made as backups are."""
    with open_unnamed_file(path.parent) as (opened_file, name):
        await copy_database(get_current_engine(), opened_file, name)
        await asyncio.to_thread(path.write_bytes, opened_file.read())
    if is_postgres():
        command = [find_newest_tool("pg_restore"), "--data-only", "--table=survey_count", "--file=-", str(path)]
        dumped = await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True, text=True)
        return sum(int(line.split("\t")[-1]) for line in dumped.stdout.splitlines() if f"\t{QUESTIONS[0]}\t" in line)
    with closing(sqlite3.connect(path)) as copy:
        asked = "SELECT coalesce(sum(total), 0) FROM survey_count WHERE question = ?"
        return int(copy.execute(asked, QUESTIONS[:1]).fetchone()[0])


async def test_two_backups_that_follow_each_other_differ_by_five_answers_or_by_none(
    cast: Cast, clock: Clock, tmp_path: Path
) -> None:
    cases = await create_six_cases(cast, clock.now)
    held = [await sums_of_a_backup(tmp_path / "0")]
    for count, (actor, case_id) in enumerate(cases, 1):
        await close(actor, case_id, "solved", clock.now)
        await answer_survey(actor, case_id, ANSWERS[0], clock.now)
        for _ in range(2):
            await add_full_groups(clock.advance(minutes=1))
        if count >= GROUP_SIZE - 1:
            held.append(await sums_of_a_backup(tmp_path / str(count)))

    assert held == [0, 0, 5, 5]


async def test_the_journal_has_no_line_of_an_answer(cast: Cast, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    cases = await create_six_cases(cast, clock.now)
    for actor, case_id in cases:
        await close(actor, case_id, "solved", clock.now)
    assert caplog.records
    caplog.clear()

    await close_and_answer_all(cases, ANSWERS, clock)

    assert await SurveyCount.count() and not [line for line in caplog.records if line.name.startswith("aplus")]
