"""Our server with its ten offices, and beside it the same templates in handlers that do nothing else."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from app.tests.support.postgres_cluster import free_port
from bench.offices import Seat
from bench.throughput.cores import SERVER, pinned
from bench.throughput.wrk import Asking, Target
from e2e.server import Server

WORDS = "Une ligne de plus, comme on les écrit."


@dataclass(frozen=True)
class Ours:
    server: Target
    bare: Target
    asked: dict[str, list[Asking]]
    asked_bare: dict[str, list[Asking]]


@contextmanager
def served(folder: Path, database: str) -> Iterator[Ours]:
    """database: empty for SQLite."""
    server = Server(folder, free_port(), DATABASE_URL=database, LOG_LEVEL="WARNING")
    server.run("seed")
    seats = _prepared(server)
    with pinned(SERVER):
        server.start()
        port = free_port()
        beside = subprocess.Popen(
            [sys.executable, "-m", "bench.throughput.bare", json.dumps(seats[0])],
            env={**server.environment, "PORT": str(port)},
        )
    try:
        yield Ours(Target(server.port, server.process), Target(port, beside.pid), asked_of(seats), asked_of(seats[:1]))
    finally:
        beside.terminate()
        beside.wait(30)
        server.stop()


def _prepared(server: Server) -> list[Seat]:
    seats: list[Seat] = json.loads(server.ask("bench.throughput.desks")[-1])
    return seats


def asked_of(seats: list[Seat]) -> dict[str, list[Asking]]:
    """Each asks for their own page. A message says that the page shows everything so far."""
    return {
        "login": [Asking("/login")],
        "list": [Asking("/demandes", _cookie(seat)) for seat in seats],
        "case": [Asking(f"/demandes/{seat['case']}", _cookie(seat)) for seat in seats],
        "post": [Asking(f"/demandes/{seat['case']}/messages", _cookie(seat), _message(seat)) for seat in seats],
    }


def _cookie(seat: Seat) -> str:
    return f"{seat['cookie']}={seat['session']}"


def _message(seat: Seat) -> str:
    return urlencode({"jeton": seat["token"], "cle": "KEY", "message": WORDS, "vu": seat["past"]})
