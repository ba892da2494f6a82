"""The umask lets all through: what we make is for our own account all the same."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.engine import engine_for
from db.private_files import is_open_to_others, make_folder, tighten


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
    engine = engine_for(f"sqlite:///{place}")
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
    engine = engine_for(f"sqlite:///{place}")
    await engine.start()
    tightened = [not is_open_to_others(tmp_path / name) for name in names]
    await engine.stop()
    assert tightened == [True, True, True]


def test_a_folder_of_everybody_is_left_as_it_is(tmp_path: Path) -> None:
    shared = tmp_path / "tmp"
    make_folder(shared)
    shared.chmod(0o1777)
    for place in (shared, tmp_path / "absent"):
        before = place.exists() and rights(place)
        tighten(place)
        assert (place.exists() and rights(place)) == before
