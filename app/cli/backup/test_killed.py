"""A backup or a restore that is killed (SIGKILL) leaves no clear copy of the database."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.cast import load_cast
from app.cli.backup import write
from app.cli.backup.encrypted_file import BackupError
from app.cli.backup.test_restore import backed_up_here
from app.cli.backup.work_folder import RESTORE_FOLDER, lock_work_folder, remove_leftovers
from app.settings import ROOT, settings
from app.tests.support.backups_fixtures import BACKUP_SECRET, Machine
from app.tests.support.cases_fixtures import make_draft
from app.tests.support.fixtures import open_engine
from db.engine import build_engine, use_engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from app.cli.backup.write import Manifest

CANARY = "zibeline"
STOPS = """
import asyncio, sys, time
from app.cli.backup import restore as restoring, write as writing
from app.cli.backup.{module} import {verb}
from app.settings import settings
from pathlib import Path

def stop(*_):
    print("here", flush=True)
    time.sleep(60)

{name}.{step} = stop
asyncio.run({verb}(settings, Path(sys.argv[1]){option}))
"""
BACKUP = STOPS.format(module="write", name="writing", verb="create_backup", step="_pack", option="")
RESTORES = STOPS.format(
    module="restore", name="restoring", verb="restore", step="clean_up_after_restore", option=", replace=False"
)


def kill_at(script: str, machine: Machine, target: Path) -> None:
    """In the middle: the copy is complete, nothing of it is encrypted or put in place yet."""
    command = [sys.executable, "-c", script, str(target)]
    with subprocess.Popen(command, cwd=ROOT, env=machine.environment, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout and running.stdout.readline() == "here\n"
        running.kill()


def clear_copies(folder: Path, database: str) -> list[str]:
    """Every file, except the database, that has a word of the database or is a database."""
    own = Path(database.removeprefix("sqlite:///")).name
    found = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.name.startswith(own)}
    marks = (CANARY.encode(), b"SQLite format", b"PGDMP")
    return [str(path) for path, content in found.items() if any(mark in content for mark in marks)]


async def fill(machine: Machine) -> None:
    async with open_engine(build_engine(machine.database)):
        cast = await load_cast()
        await make_draft(cast.agent_lot, datetime.now(UTC), "CAF", subject=f"Sujet {CANARY}")


async def test_a_killed_backup_leaves_no_clear_copy(machine: Machine) -> None:
    await fill(machine)
    await asyncio.to_thread(kill_at, BACKUP, machine, machine.folder)
    assert clear_copies(machine.folder, machine.database) == []


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_what_a_killed_restore_leaves_goes_with_the_next_command(
    machine: Machine, empty_machine: Callable[[], Machine]
) -> None:
    await fill(machine)
    place, other = await backed_up_here(machine), empty_machine()
    await asyncio.to_thread(kill_at, RESTORES, other, place)
    assert clear_copies(other.folder, other.database), "SQLite opens a file by its name"

    await asyncio.to_thread(other.run)  # any command does it first
    assert clear_copies(other.folder, other.database) == []


def test_a_restore_under_way_and_the_folder_of_an_older_version(tmp_path: Path) -> None:
    older = tmp_path / "sauvegarde.tmp"
    older.mkdir()
    (older / "base").write_bytes(b"en clair")
    (tmp_path / "sauvegarde-abc.vide").touch()
    os.utime(tmp_path / "sauvegarde-abc.vide", (0, 0))
    with lock_work_folder(tmp_path / RESTORE_FOLDER) as folder:
        (folder / "base").write_bytes(b"en clair")
        remove_leftovers(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == [RESTORE_FOLDER] and (folder / "base").exists()
    remove_leftovers(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_second_restore_is_refused_and_the_first_keeps_its_copy(tmp_path: Path) -> None:
    """A second restore would empty the folder of the first, which would then put half a database in place."""
    with lock_work_folder(tmp_path / RESTORE_FOLDER) as folder:
        (folder / "base").write_bytes(b"en clair")
        with pytest.raises(BackupError, match="restauration est en cours"), lock_work_folder(tmp_path / RESTORE_FOLDER):
            pass
        assert (folder / "base").read_bytes() == b"en clair"
    with lock_work_folder(tmp_path / RESTORE_FOLDER) as folder:
        assert not list(folder.iterdir())


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_a_backup_is_whole_when_any_command_begins_beside_it(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without this, another command removes the file that SQLite is about to open, and the backup holds 20 bytes."""
    there, cut = replace(settings, var_folder=machine.folder, backup_key=BACKUP_SECRET), write._make_manifest

    async def meanwhile(database: BinaryIO, name: Path, now: datetime) -> Manifest:
        remove_leftovers(machine.folder)
        return await cut(database, name, now)

    async def removed(database: BinaryIO, name: Path, now: datetime) -> Manifest:
        os.unlink(name)
        return await cut(database, name, now)

    use_engine(build_engine(machine.database))
    monkeypatch.setattr(write, "_make_manifest", meanwhile)
    _, manifest = await write.create_backup(there, machine.folder)
    assert manifest.parts["base"][0] == os.stat(machine.database.removeprefix("sqlite:///")).st_size
    monkeypatch.setattr(write, "_make_manifest", removed)
    with pytest.raises(BackupError):
        await write.create_backup(there, machine.folder / "autre")


def test_what_another_account_left_stops_no_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A restore by root that was killed, then the service."""

    def closed(path: Path, *_: object) -> int:
        raise PermissionError(path)

    (tmp_path / RESTORE_FOLDER).mkdir()
    monkeypatch.setattr(os, "open", closed)
    remove_leftovers(tmp_path)
    assert (tmp_path / RESTORE_FOLDER).exists()
