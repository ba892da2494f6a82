"""bin/bench scale [sqlite|postgresql] [sizes…]: time of each page and post in small worlds and in that of a nation.

Each world is generated (python -m bench.generate) and served by a process of its own. Requests go one at a time, once
the jobs and emails of its day are done, which takes minutes for a nation. It exits 1 when the largest world is more
than half slower than the smallest, when the p99 of a search exceeds 150 ms, or when a query of a page in the largest
world scans a whole table of cases (bench/plans.py).
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.tests.support.postgres_cluster import find_free_port, run_own_cluster
from bench.visits import STEPS, Visitor
from e2e.server import Server

SIZES = {"sqlite": (1_000, 30_000, 100_000), "postgresql": (1_000, 30_000, 1_000_000)}
CASES_FOR_A_PERSON, FEWEST = 50, 60
TURNS, WARM = 100, 5
MOST_RATIO, MOST_SEARCH = 1.5, 150.0
_LOOK, _PATIENCE = 3.0, 1_200.0
FROM = 30_000
"""Number of cases from which no query should scan them all. In a smaller world a scan is the best plan."""


@dataclass
class Measured:
    """One world: milliseconds of each step, and the queries that scan a whole table."""

    size: int
    generated: float
    calm: float = 0.0
    """Seconds until the server is idle."""
    times: dict[str, list[float]] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)
    """Processor time of the server for one run of a step: other work of the machine changes it little."""
    whole: list[str] = field(default_factory=list)

    def at(self, step: str, percent: int) -> float:
        return statistics.quantiles(self.times[step], n=100)[percent - 1]


def measure_scale() -> int:
    asked = [word for word in sys.argv[2:] if not word.isdecimal()] or list(SIZES)
    sizes = [int(word) for word in sys.argv[2:] if word.isdecimal()]
    broken = [found for kind in asked for found in _on(kind, sizes or SIZES[kind])]
    for found in broken:
        print(f"OVER  {found}")
    return int(bool(broken))


def _on(kind: str, sizes: list[int] | tuple[int, ...]) -> list[str]:
    """The steps over budget on this database."""
    worlds = [_measured(kind, size, explained=size == max(sizes) >= FROM) for size in sorted(sizes)]
    _print(kind, worlds)
    return [*_too_slow(kind, worlds[0], worlds[-1]), *(f"{kind}: {query}" for query in worlds[-1].whole)]


def _measured(kind: str, size: int, *, explained: bool) -> Measured:
    with _world(kind, size) as server:
        began = time.monotonic()
        people = max(FEWEST, size // CASES_FOR_A_PERSON)
        server.run_module("bench.generate", "--cases", str(size), "--people", str(people), "--seed", "1")
        found = Measured(size, time.monotonic() - began)
        shown = json.loads(server.run_module("bench.nation")[-1])
        server.start()
        try:
            found.calm = _calmed(server)
            with Visitor(server.url, shown) as visitor:
                for step in STEPS:
                    before = server.read_cpu_seconds()
                    found.times[step] = [visitor.time(step) for _ in range(WARM + TURNS)][WARM:]
                    print(f"{kind} {size:,}: {step}", file=sys.stderr, flush=True)
                    found.processor[step] = (server.read_cpu_seconds() - before) * 1000 / (WARM + TURNS)
        finally:
            server.stop()
        if explained:
            found.whole = json.loads(server.run_module("bench.plans", json.dumps(shown))[-1])
    took = f"generated in {found.generated:.0f} s, calm after {found.calm:.0f} s"
    print(f"{kind} {size:,} cases: {took}", file=sys.stderr, flush=True)
    return found


def _calmed(server: Server) -> float:
    """Waits until the server uses less than a thirtieth of a core, for twenty minutes at most."""
    began = time.monotonic()
    while time.monotonic() - began < _PATIENCE:
        before = server.read_cpu_seconds()
        time.sleep(_LOOK)
        if server.read_cpu_seconds() - before < _LOOK / 30:
            return time.monotonic() - began
    print("NOT CALM: its letters and jobs go on beside what is measured", flush=True)
    return time.monotonic() - began


@contextmanager
def _world(kind: str, size: int) -> Iterator[Server]:
    """Uses PostgreSQL with its default settings, durability included."""
    with tempfile.TemporaryDirectory(prefix="aplus-scale-") as folder:
        free = {"LOG_LEVEL": "WARNING"}
        if kind == "sqlite":
            yield Server(Path(folder), find_free_port(), **free)
            return
        with run_own_cluster() as cluster:
            url = cluster.create_database(f"scale{size}")
            yield Server(Path(folder), find_free_port(), DATABASE_URL=url, **free)


def _print(kind: str, worlds: list[Measured]) -> None:
    """A Markdown table: p50, p99 and processor time in milliseconds, and the ratio of largest to smallest."""
    sizes = " | ".join(f"{world.size:,}" for world in worlds)
    print(f"\n| {kind} | {sizes} | ratio |\n|---{'|---' * (len(worlds) + 1)}|")
    for step in STEPS:
        rows = [(world.at(step, 50), world.at(step, 99), world.processor[step]) for world in worlds]
        cells = " | ".join(_format_figures(row, digits=1) for row in rows)
        ratios = _format_figures(
            (large / max(small, 0.1) for large, small in zip(rows[-1], rows[0], strict=True)), digits=2
        )
        print(f"| {step} | {cells} | {ratios} |", flush=True)


def _format_figures(figures: Iterable[float], *, digits: int) -> str:
    return ", ".join(f"{one:.{digits}f}" for one in figures)


def _too_slow(kind: str, smallest: Measured, largest: Measured) -> Iterator[str]:
    for step in STEPS:
        for percent in (50, 99):
            ratio = largest.at(step, percent) / smallest.at(step, percent)
            if ratio > MOST_RATIO:
                yield f"{kind}: {step}: p{percent} {ratio:.2f} times the smallest world's"
        if step.startswith("search") and largest.at(step, 99) > MOST_SEARCH:
            yield f"{kind}: {step}: p99 {largest.at(step, 99):.0f} ms"
