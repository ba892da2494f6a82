"""The umask lets all through: what we make is for our own account all the same."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from db.engine import build_engine
from db.private_files import is_open_to_others, make_file, make_folder, restrict_folder_to_owner, restrict_to_owner
from db.sqlite_engine import PooledSQLiteEngine


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.usefixtures("open_umask")
async def test_a_base_its_log_and_its_folders_are_for_our_account_alone(tmp_path: Path) -> None:
    place = tmp_path / "un" / "deux" / "base.sqlite"
    engine = build_engine(f"sqlite:///{place}")
    assert not place.exists(), "to name a database makes none"
    await engine.start()
    await engine._run_in_new_connection("CREATE TABLE a (b TEXT)")
    found = {path.name: rights(path) for path in place.parent.iterdir()}
    await engine.stop()

    assert found == {"base.sqlite": 0o600, "base.sqlite-wal": 0o600, "base.sqlite-shm": 0o600}
    assert rights(place.parent) == rights(place.parent.parent) == 0o700


@pytest.mark.usefixtures("open_umask")
async def test_a_base_that_others_could_read_is_tightened_with_its_log(tmp_path: Path) -> None:
    place = tmp_path / "base.sqlite"
    names = ("base.sqlite", "base.sqlite-wal", "base.sqlite-shm")
    for name in names:
        (tmp_path / name).touch(mode=0o644)
    engine = build_engine(f"sqlite:///{place}")
    await engine.start()
    tightened = [not is_open_to_others(tmp_path / name) for name in names]
    await engine.stop()
    assert tightened == [True, True, True]


async def test_a_folder_that_is_named_as_the_base_keeps_its_rights(tmp_path: Path) -> None:
    """DATABASE_URL=sqlite:////, without a file's name: the whole machine was closed to its other accounts."""
    folder = tmp_path / "srv"
    folder.mkdir()
    folder.chmod(0o755)
    with pytest.raises(sqlite3.OperationalError):
        await PooledSQLiteEngine(str(folder)).start()

    assert rights(folder) == 0o755


async def test_a_file_that_is_no_base_keeps_its_rights(tmp_path: Path) -> None:
    """DATABASE_URL=sqlite:////etc/passwd, by root: no other account could look up a name."""
    other = tmp_path / "passwd"
    other.write_text("root:x:0:0:root:/root:/bin/bash\n" * 9)
    other.chmod(0o644)
    with pytest.raises(sqlite3.DatabaseError):
        await PooledSQLiteEngine(str(other)).start()

    assert rights(other) == 0o644


def test_a_folder_of_everybody_is_left_as_it_is(tmp_path: Path) -> None:
    shared = tmp_path / "tmp"
    make_folder(shared)
    shared.chmod(0o1777)
    for place in (shared, tmp_path / "absent"):
        before = place.exists() and rights(place)
        restrict_to_owner(place)
        assert (place.exists() and rights(place)) == before


def test_a_folder_that_serves_others_too_is_left_as_it_is(tmp_path: Path) -> None:
    """VAR_DIR=/home/x, or a database among the files of others: they would lose their way in."""
    ours, shared = tmp_path / "ours", tmp_path / "shared"
    for folder in (ours, shared):
        folder.mkdir()
        folder.chmod(0o755)
        (folder / "base.sqlite").touch()
    (shared / "photos").mkdir()
    for folder in (ours, shared, tmp_path / "absent"):
        restrict_folder_to_owner(folder, ("*.sqlite",))
    assert (rights(ours), rights(shared)) == (0o700, 0o755)


@pytest.mark.usefixtures("open_umask")
def test_a_lock_that_we_hold_on_a_base_outlives_another_opening(tmp_path: Path) -> None:
    """POSIX: a process that closes a file loses its locks on it, whichever descriptor holds them."""
    place = tmp_path / "base.sqlite"
    make_file(place)
    assert rights(place) == 0o600
    reads = f"import sqlite3; sqlite3.connect({str(place)!r}, timeout=0).execute('PRAGMA user_version')"
    with closing(sqlite3.connect(place, isolation_level=None)) as ours:
        ours.execute("BEGIN EXCLUSIVE")
        make_file(place)
        read = subprocess.run([sys.executable, "-c", reads], capture_output=True, text=True, check=False)
    assert "database is locked" in read.stderr
