"""What can be counted, in Prometheus' words: never by person, by case or by address, and by route, not by path."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

from app.domain.operations.health import letters_by_state, oldest_waiting_letter, overdue_jobs
from app.domain.operations.last_backup import backup_age
from app.gateways.live.bus import LiveBus

disable_created_metrics()  # type: ignore[no-untyped-call]  # twice the lines, and nobody reads them
METHODS = frozenset({"GET", "HEAD", "POST"})
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 10.0)
_EVERY = 0.25
_UNKNOWN = float("nan")
Ping = Callable[[], Awaitable[bool]]


class Measures:
    """One process's. docs/operations.md lists them, with what each is for."""

    def __init__(self, bus: LiveBus, clock: Callable[[], datetime], antivirus: Ping | None = None) -> None:
        self._clock, self._antivirus = clock, antivirus
        self.registry = kept = CollectorRegistry()
        self._answers = Counter("aplus_answers", "Answers", ["method", "route", "status"], registry=kept)
        self._seconds = Histogram(
            "aplus_answer_seconds", "Until the answer", ["route"], buckets=_BUCKETS, registry=kept
        )
        self._trail = Counter("aplus_trail", "Lines of the trail", ["action"], registry=kept)
        self._lines = Counter("aplus_journal_lines", "Lines of the journal", ["logger", "level"], registry=kept)
        self._letters = Gauge("aplus_letters", "Letters that have not left", ["state"], registry=kept)
        self._oldest = Gauge("aplus_oldest_letter_seconds", "Age of the oldest waiting letter", registry=kept)
        self._overdue = Gauge("aplus_job_overdue_seconds", "Since its hour has passed", ["job"], registry=kept)
        self._backup = Gauge("aplus_backup_age_seconds", "Since the last backup", registry=kept)
        self._lag = Gauge("aplus_loop_lag_seconds", "Longest delay since it was last read", registry=kept)
        Gauge("aplus_open_streams", "Pages that listen", registry=kept).set_function(lambda: bus.open_streams)
        if antivirus:
            self._clamd = Gauge("aplus_antivirus_answers", "1 when clamd answers", registry=kept)
        self._worst = 0.0

    def answered(self, method: str, route: str, status: int, seconds: float | None) -> None:
        """seconds is None for a stream, which lasts as long as its page."""
        self._answers.labels(method, route, status).inc()
        if seconds is not None:
            self._seconds.labels(route).observe(seconds)

    def hear(self, record: logging.LogRecord) -> None:
        """What the journal says is counted too: so the rules know nothing of measures."""
        action = record.__dict__.get("action")
        if record.name == "aplus.trail" and action:
            self._trail.labels(action).inc()
        elif record.levelno >= logging.WARNING:
            self._lines.labels(record.name, record.levelname.lower()).inc()

    async def watch_loop(self) -> None:
        """Until cancelled: by how much a sleep comes late is how long everybody else has waited."""
        while True:
            before = time.monotonic()
            await asyncio.sleep(_EVERY)
            self._worst = max(self._worst, time.monotonic() - before - _EVERY)

    async def read(self) -> bytes:
        """All of it, as text. What is in the database is asked now; it is left out while that does not answer."""
        self._lag.set(self._worst)
        self._worst = 0.0
        try:
            await asyncio.wait_for(self._ask_database(), 2)
        except Exception:
            for gauge in (self._letters, self._overdue):
                gauge.clear()
            self._oldest.set(_UNKNOWN)
            self._backup.set(_UNKNOWN)
        if self._antivirus:
            self._clamd.set(await self._antivirus())
        return generate_latest(self.registry)

    async def _ask_database(self) -> None:
        now = self._clock()
        for state, count in (await letters_by_state()).items():
            self._letters.labels(state).set(count)
        self._oldest.set((await oldest_waiting_letter(now)).total_seconds())
        age = await backup_age(now)
        self._backup.set(age.total_seconds() if age is not None else _UNKNOWN)
        for job, late in (await overdue_jobs(now)).items():
            self._overdue.labels(job).set(late.total_seconds())


class Ear(logging.Handler):
    """Brings each line of the journal to the measures."""

    def __init__(self, measures: Measures) -> None:
        super().__init__()
        self._measures = measures

    def emit(self, record: logging.LogRecord) -> None:
        self._measures.hear(record)
