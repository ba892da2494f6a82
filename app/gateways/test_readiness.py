"""Each failure is named within seconds, and nothing internal is revealed."""

from __future__ import annotations

import asyncio
import shutil
from collections import namedtuple
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from piccolo.apps.migrations.tables import Migration

from app.cast import Cast
from app.domain.operations.health import PROBE, list_overdue_jobs, write_probe
from app.domain.platform.state import begin_maintenance
from app.gateways import readiness
from app.gateways.readiness import Readiness
from app.gateways.workers.heartbeat import Heartbeat
from app.settings.keys import Key
from app.tests.support.browser import Browser
from db.encryption import list_keys, use_keys
from db.pending_migrations import list_known_migrations, list_pending_migrations
from db.tables.email import Email
from db.tables.jobs import Job

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

Disk = namedtuple("Disk", "total used free")


@pytest.fixture
def pulse() -> Heartbeat:
    return Heartbeat()


@pytest.fixture
def asked(tmp_path: Path, pulse: Heartbeat, clock: Clock) -> Readiness:
    return Readiness(tmp_path, pulse, clock)


async def test_all_is_well_and_a_row_was_written(database: str, asked: Readiness, clock: Clock) -> None:
    assert await asked.list_failures() == ()
    assert (await Job.select(Job.due_at).where(Job.name == PROBE))[0]["due_at"] == clock.now
    assert PROBE not in await list_overdue_jobs(clock.now)


async def test_a_second_question_within_a_second_is_answered_from_memory(database: str, asked: Readiness) -> None:
    assert await asked.list_failures() == ()
    await Job.delete().where(Job.name == PROBE)
    assert await asked.list_failures() == () and not await Job.exists().where(Job.name == PROBE)


async def test_those_who_ask_at_once_wait_for_one_answer(
    database: str, asked: Readiness, monkeypatch: pytest.MonkeyPatch
) -> None:
    times, look = 0, write_probe

    async def counted(now: datetime) -> None:
        nonlocal times
        times += 1
        await look(now)

    monkeypatch.setattr(readiness, "write_probe", counted)
    assert await asyncio.gather(*[asked.list_failures() for _ in range(6)]) == [()] * 6 and times == 1


async def test_a_missing_migration_is_named(database: str, asked: Readiness) -> None:
    assert await list_pending_migrations() == frozenset()
    await Migration.delete().where(Migration.name == max(list_known_migrations()))
    assert await asked.list_failures() == ("migrations",)


async def test_a_key_that_is_missing_or_another_under_its_name_is_named(
    cast: Cast, case_id: object, tmp_path: Path, clock: Clock
) -> None:
    async def wrong() -> tuple[str, ...]:
        return await Readiness(tmp_path, Heartbeat(), clock).list_failures()

    (held,) = list_keys()
    others = Key("aaa", b"a" * 32), Key("zzz", b"z" * 32)
    with use_keys(others[0], held, others[1]):
        assert await wrong() == ()
    for missing in (others, (Key(held.id, b"x" * 32),)):
        with use_keys(*missing):
            assert await wrong() == ("cles",)


async def test_a_worker_that_ended_or_hangs_is_named(
    database: str, asked: Readiness, pulse: Heartbeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker: asyncio.Task[None] = asyncio.create_task(asyncio.sleep(3600))
    pulse.watch([worker])
    assert pulse.is_alive
    with monkeypatch.context() as patched:
        patched.setattr("app.gateways.workers.heartbeat.MAX_STEP_SECONDS", 0.0)
        assert not pulse.is_alive
    worker.cancel()
    await asyncio.wait({worker})
    assert await asked.list_failures() == ("taches",)


async def test_a_letter_that_should_have_left_half_an_hour_ago_is_told(
    cast: Cast, case_id: object, asked: Readiness, clock: Clock
) -> None:
    assert await Email.count().where(Email.state == "waiting") and await asked.list_failures() == ()
    clock.advance(minutes=31)
    assert await Readiness(asked._folder, Heartbeat(), clock).list_failures() == ("courrier",)
    await begin_maintenance(None, clock.now)
    assert await Readiness(asked._folder, Heartbeat(), clock).list_failures() == ()


async def test_a_letter_that_waits_for_its_slot_is_not_late(
    cast: Cast, case_id: object, asked: Readiness, clock: Clock
) -> None:
    await Email.update({Email.slot: clock.now + timedelta(hours=3)}).where(Email.state == "waiting")
    clock.advance(hours=2)
    assert await asked.list_failures() == ()
    clock.advance(hours=2)
    assert await Readiness(asked._folder, Heartbeat(), clock).list_failures() == ("courrier",)


async def test_a_full_disk_is_told(database: str, asked: Readiness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(10**9, 10**9 - 5, 5))
    assert await asked.list_failures() == ("disque",)


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_a_database_that_does_not_answer_is_told_and_asked_once(
    database: str, asked: Readiness, monkeypatch: pytest.MonkeyPatch
) -> None:
    times, free = 0, asyncio.Event()

    async def hang(now: Any) -> None:
        nonlocal times
        times += 1
        await free.wait()

    monkeypatch.setattr(readiness, "CHECK_TIMEOUT", 0.05)
    monkeypatch.setattr(readiness, "write_probe", hang)
    assert [await asked.list_failures() for _ in range(3)] == [("base",)] * 3 and times == 1
    free.set()
    monkeypatch.setattr(readiness, "CHECK_TIMEOUT", 5.0)
    assert await asked.list_failures() == ()


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_without_a_table_the_process_lives_and_says_that_it_cannot_work(
    anonymous_browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise OSError("/var/lib/secret.sqlite: disk I/O error")

    for check in ("is_in_maintenance", "write_probe", "compute_email_delay", "list_pending_migrations"):
        monkeypatch.setattr(readiness, check, broken)
    alive, ready = await anonymous_browser.http.get("/livez"), await anonymous_browser.http.get("/readyz")
    assert (alive.status_code, alive.json()) == (200, {"vivant": True})
    assert ready.status_code == 503 and ready.json() == {"pret": False, "manque": ["base", "migrations", "courrier"]}
    assert "secret" not in ready.text


async def test_alive_asks_the_database_nothing(anonymous_browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    async def gone(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr("piccolo.query.base.Query._run", gone)
    assert (await anonymous_browser.http.get("/livez")).status_code == 200
    assert (await anonymous_browser.http.get("/login")).status_code == 500


async def test_security_txt_says_whom_to_write_to(anonymous_browser: Browser, clock: Clock) -> None:
    answer = await anonymous_browser.http.get("/.well-known/security.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.splitlines() == [
        "Contact: mailto:contact@aplus.beta.gouv.fr",
        "Expires: 2027-05-22T00:00:00Z",
        "Preferred-Languages: fr, en",
        "Canonical: http://127.0.0.1:8000/.well-known/security.txt",
    ]
