"""bin/bench throughput [postgresql] [seconds]: responses a second on one core: ours, bare templates, django-helpdesk.

Each server is one process on the first core. wrk runs on the last one, and reports its own processor use. No response
is compressed. The three servers are measured in turn for each page and number of users, so that other work of the
machine affects all. It exits 1 below the targets.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2

from app.settings import ROOT
from app.tests.support.postgres_cluster import run_own_cluster
from bench.throughput.cores import read_cpu_seconds
from bench.throughput.ours import AppTargets, run_targets
from bench.throughput.peer import Peer, run_helpdesk
from bench.throughput.results import save_results
from bench.throughput.targets import HEADING, NAMES, USERS, Line
from bench.throughput.wrk import Rate, Target, WrkRequest, run_wrk

SECONDS = 6
_PATIENCE, _STILL = 180, 0.05
"""Seconds to wait at most; processor seconds in one second below which a server is idle."""
_MARKS = {"login": "adresse", "list": "Allocation arr", "case": "complet depuis le mois de mars"}
_THEIR_MARKS = {"login": "password", "list": "ticketTable", "case": "complet depuis le mois de mars"}


def measure() -> int:
    words = sys.argv[2:]
    seconds = next((int(word) for word in words if word.isdecimal()), SECONDS)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="aplus-throughput-")))
        databases = _postgresql(stack) if "postgresql" in words else ("", "")
        ours = stack.enter_context(run_targets(folder / "ours", databases[0]))
        (folder / "peer").mkdir()
        peer = stack.enter_context(run_helpdesk(folder / "peer", databases[1]))
        _answers(ours, peer)
        print(f"{_commit()}, {peer.versions}, {'PostgreSQL' if databases[0] else 'SQLite'}, {_load()}\n{HEADING}")
        lines = [_format_line(line) for line in _lines(ours, peer, seconds, folder)]
    save_results("postgresql" if databases[0] else "sqlite", lines)
    below = [line for line in lines if not line.within_target]
    print(f"{len(lines)} measured, {len(below)} below; {_load()} at the end")
    return int(bool(below))


def _lines(ours: AppTargets, peer: Peer, seconds: int, folder: Path) -> Iterator[Line]:
    # messages come last, because they lengthen the threads
    for page in NAMES:
        for users in USERS:

            def rate(target: Target, asked: list[WrkRequest], users: int = users) -> Rate:
                _calmed(ours.server, ours.bare, peer.server)
                run_wrk(target, asked[:users], users, 1, folder)
                return run_wrk(target, asked[:users], users, seconds, folder)

            own, bare = rate(ours.server, ours.asked[page]), rate(ours.bare, ours.asked_bare[page])
            theirs = rate(peer.server, peer.asked[page]) if page in peer.asked else None
            yield Line(page, users, own, bare, theirs)


def _calmed(*servers: Target) -> None:
    """Waits until the servers are idle: requests that wrk gave up are still processed, on the same core."""
    for _ in range(_PATIENCE):
        before = sum(read_cpu_seconds(one.process) for one in servers)
        time.sleep(1)
        if sum(read_cpu_seconds(one.process) for one in servers) - before < _STILL:
            return


def _format_line(line: Line) -> Line:
    print(line, flush=True)
    return line


def _answers(ours: AppTargets, peer: Peer) -> None:
    """Checks each page once, because a redirection or an empty list would be fast too."""
    for target, asked in ((ours.server, ours.asked), (ours.bare, ours.asked_bare), (peer.server, peer.asked)):
        for page, mark in (_THEIR_MARKS if target is peer.server else _MARKS).items():
            assert mark in _seen(target, asked[page][0]), (target, page)


def _seen(target: Target, asking: WrkRequest) -> str:
    """Raises when the server does not answer within about ten seconds."""
    asked = f"http://127.0.0.1:{target.port}{asking.path}"
    for _ in range(100):
        try:
            return httpx2.get(asked, headers={"cookie": asking.cookie}, timeout=10).text
        except httpx2.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"{asking.path} did not answer")


def _postgresql(stack: ExitStack) -> tuple[str, str]:
    cluster = stack.enter_context(run_own_cluster("max_connections=60"))
    return cluster.create_database("ours"), cluster.create_database("peer")


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"
