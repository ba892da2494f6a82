"""Metrics for Prometheus: labelled by route, never by path, person, case or address."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

from app.domain.operations.health import compute_email_delay, count_unsent_emails, list_overdue_jobs
from app.domain.operations.last_backup import find_backup_age
from app.gateways.live.bus import LiveBus

disable_created_metrics()  # type: ignore[no-untyped-call]  # they double the output and are not used
METHODS = frozenset({"GET", "HEAD", "POST"})
_DURATION_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 10.0)
_LAG_INTERVAL = 0.25
_UNKNOWN = float("nan")
Ping = Callable[[], Awaitable[bool]]


class Metrics:
    """The metrics of one process. docs/operations.md lists them."""

    def __init__(self, bus: LiveBus, clock: Callable[[], datetime], antivirus: Ping | None = None) -> None:
        self._clock, self._antivirus = clock, antivirus
        self.registry = registry = CollectorRegistry()
        self._requests = Counter(
            "aplus_http_requests", "HTTP requests answered", ["method", "route", "status"], registry=registry
        )
        self._durations = Histogram(
            "aplus_http_request_duration_seconds",
            "Time until the response starts",
            ["route"],
            buckets=_DURATION_BUCKETS,
            registry=registry,
        )
        self._audit_entries = Counter("aplus_audit_entries", "Entries of the audit log", ["action"], registry=registry)
        self._log_lines = Counter(
            "aplus_log_lines", "Warnings and errors of the log", ["logger", "level"], registry=registry
        )
        self._unsent_emails = Gauge(
            "aplus_unsent_emails", "Emails that have not been sent", ["state"], registry=registry
        )
        self._oldest = Gauge(
            "aplus_oldest_unsent_email_seconds", "Delay of the oldest email that is due", registry=registry
        )
        self._overdue = Gauge("aplus_job_overdue_seconds", "Time since the job was due", ["job"], registry=registry)
        self._backup = Gauge("aplus_backup_age_seconds", "Age of the last backup", registry=registry)
        self._lag = Gauge(
            "aplus_event_loop_lag_seconds", "Longest delay of the event loop since the last read", registry=registry
        )
        Gauge("aplus_open_streams", "Pages that listen to live updates", registry=registry).set_function(
            lambda: bus.open_streams
        )
        if antivirus:
            self._clamd = Gauge("aplus_antivirus_up", "1 when clamd answers", registry=registry)
        self._worst = 0.0

    def record_response(self, method: str, route: str, status: int, seconds: float | None) -> None:
        """seconds is None for a stream, which lasts as long as its page."""
        self._requests.labels(method, route, status).inc()
        if seconds is not None:
            self._durations.labels(route).observe(seconds)

    def count_log_record(self, record: logging.LogRecord) -> None:
        """Counts lines of the audit log and warnings from the log, so that the domain does not depend on metrics."""
        action = record.__dict__.get("action")
        if record.name == "aplus.audit" and action:
            self._audit_entries.labels(action).inc()
        elif record.levelno >= logging.WARNING:
            self._log_lines.labels(record.name, record.levelname.lower()).inc()

    async def measure_loop_lag(self) -> None:
        """Measures how late a sleep ends, which is how long all other tasks waited. Runs until cancelled."""
        while True:
            before = time.monotonic()
            await asyncio.sleep(_LAG_INTERVAL)
            self._worst = max(self._worst, time.monotonic() - before - _LAG_INTERVAL)

    async def render_metrics(self) -> bytes:
        """All metrics in Prometheus’s text format. Those from the database are left out while it does not answer."""
        self._lag.set(self._worst)
        self._worst = 0.0
        try:
            await asyncio.wait_for(self._read_database(), 2)
        except Exception:
            for gauge in (self._unsent_emails, self._overdue):
                gauge.clear()
            self._oldest.set(_UNKNOWN)
            self._backup.set(_UNKNOWN)
        if self._antivirus:
            self._clamd.set(await self._antivirus())
        return generate_latest(self.registry)

    async def _read_database(self) -> None:
        now = self._clock()
        for state, count in (await count_unsent_emails()).items():
            self._unsent_emails.labels(state).set(count)
        self._oldest.set((await compute_email_delay(now)).total_seconds())
        age = await find_backup_age(now)
        self._backup.set(age.total_seconds() if age is not None else _UNKNOWN)
        for job, late in (await list_overdue_jobs(now)).items():
            self._overdue.labels(job).set(late.total_seconds())


class MetricsLogHandler(logging.Handler):
    """Passes each line of the log to the metrics."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__()
        self._metrics = metrics

    def emit(self, record: logging.LogRecord) -> None:
        self._metrics.count_log_record(record)
