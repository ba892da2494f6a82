"""Real processes behind one address of one PostgreSQL: all answer, dead ones are replaced, a stop stops them all."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from app.server.supervisor import WorkerSlot
from app.tests.support.postgres_cluster import Cluster, find_free_port


def children_of(pid: int) -> set[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return {int(one) for one in found.read_text().split()} if found.exists() else set()


@pytest.fixture
def several(cluster: Cluster, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port = find_free_port()
    environment = {
        **os.environ,
        "WORKERS": "2",
        "PORT": str(port),
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": cluster.create_database("several"),
    }
    subprocess.run([sys.executable, "-m", "app", "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
    parent = subprocess.Popen([sys.executable, "-m", "app", "serve"], env=environment, stdout=subprocess.DEVNULL)
    yield parent, f"http://127.0.0.1:{port}"
    parent.kill()
    parent.wait()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/livez", timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def becomes(true: Callable[[], bool], within: float = 15.0) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


def test_they_share_an_address_replace_the_dead_and_stop_together(several: tuple[subprocess.Popen[bytes], str]) -> None:
    parent, url = several
    assert becomes(lambda: len(children_of(parent.pid)) == 2) and becomes(lambda: answers(url))
    first = children_of(parent.pid)

    os.kill(min(first), signal.SIGKILL)

    assert becomes(lambda: len(children_of(parent.pid)) == 2 and children_of(parent.pid) != first)
    assert all(answers(url) for _ in range(10))
    workers = children_of(parent.pid)
    parent.terminate()
    assert parent.wait(timeout=20) == 0
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()] and not answers(url)


class Hours:
    """A clock that the test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def look(self, place: WorkerSlot, seconds: float) -> None:
        """Twice a second, as the parent does."""
        for _ in range(int(2 * seconds)):
            self.now += 0.5
            place.check_worker()


def test_one_that_dies_at_once_is_replaced_later_each_time_until_one_lives_a_minute(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock, started, life = Hours(), list[float](), "0"

    def start() -> subprocess.Popen[bytes]:
        worker = subprocess.Popen(["/bin/sleep", life])
        if life == "0":
            worker.wait()
        started.append(clock.now)
        return worker

    place = WorkerSlot(start, clock)
    with caplog.at_level(logging.ERROR, logger="aplus.supervisor"):
        clock.look(place, 180)
        gaps = [later - sooner - 0.5 for sooner, later in pairwise(started)]
        assert gaps == [0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30] and "exited (0), restart in 30.0 s" in caplog.text
        life = "600"
        clock.look(place, 95)
        place.worker.kill()
        place.worker.wait()
        clock.look(place, 1)
    assert "exited (-9), restart in 0.5 s" in caplog.text and clock.now - started[-1] < 1
    place.worker.kill()
    place.worker.wait()


def test_sqlite_is_one_process_s(tmp_path: Path) -> None:
    environment = {**os.environ, "WORKERS": "2", "VAR_DIR": str(tmp_path), "DATABASE_URL": "", "DEMO": "1"}
    command = [sys.executable, "-m", "app", "serve"]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20)
    assert found.returncode == 1 and "WORKERS : plusieurs processus demandent PostgreSQL" in found.stderr
