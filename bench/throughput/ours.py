"""Our server with its ten offices, and the bare templates beside it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from app.tests.support.postgres_cluster import find_free_port
from bench.offices import SeatInfo
from bench.throughput.cores import SERVER, pin_to_core
from bench.throughput.wrk import Target, WrkRequest
from e2e.server import Server

WORDS = "Une ligne de plus, comme on les écrit."


@dataclass(frozen=True)
class AppTargets:
    server: Target
    bare: Target
    asked: dict[str, list[WrkRequest]]
    asked_bare: dict[str, list[WrkRequest]]


@contextmanager
def run_targets(folder: Path, database: str) -> Iterator[AppTargets]:
    """database: empty for SQLite."""
    server = Server(folder, find_free_port(), DATABASE_URL=database, LOG_LEVEL="WARNING")
    server.run("seed")
    seats = _prepared(server)
    with pin_to_core(SERVER):
        server.start()
        port = find_free_port()
        beside = subprocess.Popen(
            [sys.executable, "-m", "bench.throughput.bare", json.dumps(seats[0])],
            env={**server.environment, "PORT": str(port)},
        )
    try:
        yield AppTargets(
            Target(server.port, server.process),
            Target(port, beside.pid),
            build_requests(seats),
            build_requests(seats[:1]),
        )
    finally:
        beside.terminate()
        beside.wait(30)
        server.stop()


def _prepared(server: Server) -> list[SeatInfo]:
    seats: list[SeatInfo] = json.loads(server.run_module("bench.throughput.desks")[-1])
    return seats


def build_requests(seats: list[SeatInfo]) -> dict[str, list[WrkRequest]]:
    """Every person requests their own page. A message says that its page shows everything so far."""
    return {
        "login": [WrkRequest("/login")],
        "list": [WrkRequest("/demandes", _cookie(seat)) for seat in seats],
        "case": [WrkRequest(f"/demandes/{seat['case']}", _cookie(seat)) for seat in seats],
        "post": [WrkRequest(f"/demandes/{seat['case']}/messages", _cookie(seat), _message(seat)) for seat in seats],
    }


def _cookie(seat: SeatInfo) -> str:
    return f"{seat['cookie']}={seat['session']}"


def _message(seat: SeatInfo) -> str:
    return urlencode({"jeton": seat["token"], "cle": "KEY", "message": WORDS, "vu": seat["past"]})
