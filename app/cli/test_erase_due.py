"""python -m app erase-due on a real file, killed in the middle: no byte of the typed text is found anywhere."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.cast import load_cast
from app.domain.cases.lifecycle.test_erasure import CANARY, figures, full_case, same
from app.domain.members.invitation import invite_to_team
from app.gateways.email.worker import EmailWorker
from app.gateways.files.store import EncryptedFileStore
from app.settings import ROOT
from app.tests.support.cases_fixtures import make_draft
from app.tests.support.fixtures import Clock, open_engine
from db.encryption import FORMAT, get_current_key
from db.engine import build_engine
from db.tables.members import Invitation

LONG_AGO = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)
CASES = 12


def start(world: str, folder: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "DATABASE_URL": world, "VAR_DIR": str(folder)}
    return subprocess.Popen(
        [sys.executable, "-m", "app", "erase-due"], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def erased(path: str) -> int:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5) as database:
        return int(database.execute("SELECT count(*) FROM cases WHERE erased_at IS NOT NULL").fetchone()[0])


def kill_once_begun(world: str, folder: Path, path: str, after: int) -> None:
    running = start(world, folder)
    while running.poll() is None and erased(path) < after:
        time.sleep(0.002)
    running.send_signal(signal.SIGKILL)
    running.wait()


def places_with(words: str, folder: Path) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_killed_in_the_middle_and_run_again_no_byte_is_left(
    new_database: str, tmp_path: Path, files: EncryptedFileStore, email_worker: EmailWorker, clock: Clock
) -> None:
    clock.now = LONG_AGO
    async with open_engine(build_engine(new_database)):
        cast = await load_cast()
        for _ in range(CASES):
            await full_case(cast, files, await make_draft(cast.agent_lot, LONG_AGO, "CAF", "MSA"), LONG_AGO)
        assert await email_worker.deliver_due() > CASES
        before = same(await figures())
    sealed = f"{FORMAT}.{get_current_key().id}."
    assert places_with(CANARY, tmp_path) and places_with(sealed, tmp_path)
    assert len(list((tmp_path / "pieces").iterdir())) > CASES
    path = new_database.removeprefix("sqlite:///")

    for after in (1, CASES // 2):
        kill_once_begun(new_database, tmp_path, path, after)
        assert 0 < erased(path) < CASES
    last = start(new_database, tmp_path)
    found, _ = last.communicate(timeout=60)

    assert last.returncode == 0 and erased(path) == CASES
    assert "demandes effacées" in found
    assert places_with(CANARY, tmp_path) == places_with(sealed, tmp_path) == []
    assert not list((tmp_path / "pieces").iterdir())
    async with open_engine(build_engine(new_database)):
        assert same(await figures()) == before


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_an_address_that_no_one_answered_goes_too(new_database: str, tmp_path: Path) -> None:
    async with open_engine(build_engine(new_database)):
        cast = await load_cast()
        await invite_to_team(
            cast.manager_caf_lot, cast.manager_caf_lot.seats[0].team_id, "nouvelle@exemple.fr", LONG_AGO
        )
    start(new_database, tmp_path).communicate(timeout=60)
    async with open_engine(build_engine(new_database)):
        assert not await Invitation.exists().where(Invitation.address == "nouvelle@exemple.fr")
