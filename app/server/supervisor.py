"""Runs several server processes on one socket: replaces one that dies, and stops them all together."""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from types import FrameType

from app.settings import settings

STOP_TIMEOUT = 20.0
"""Longer than a server takes to end its streams and its requests."""
_CHECK_INTERVAL, _BACKLOG = 0.5, 2048
_MIN_BACKOFF, _MAX_BACKOFF = 0.5, 30.0
_HEALTHY_AFTER = 60.0
"""A process that lived so long did not die of its start."""
Process = subprocess.Popen[bytes]
log = logging.getLogger("aplus.supervisor")


class WorkerSlot:
    """One process, replaced when it dies. Each early death doubles the delay before the next start, up to 30 s."""

    def __init__(self, start: Callable[[], Process], clock: Callable[[], float] = time.monotonic) -> None:
        self._start, self._clock = start, clock
        self._wait, self._due = _MIN_BACKOFF, 0.0
        self._start_worker()

    def check_worker(self) -> None:
        if self._due:
            if self._clock() >= self._due:
                self._start_worker()
        elif self.worker.poll() is not None:
            self._schedule_restart()

    def _start_worker(self) -> None:
        self.worker, self._begun, self._due = self._start(), self._clock(), 0.0

    def _schedule_restart(self) -> None:
        if self._clock() - self._begun >= _HEALTHY_AFTER:
            self._wait = _MIN_BACKOFF
        log.error("worker %s exited (%s), restart in %s s", self.worker.pid, self.worker.returncode, self._wait)
        self._due, self._wait = self._clock() + self._wait, min(2 * self._wait, _MAX_BACKOFF)


class WorkerSupervisor:
    """The parent process serves no request: it supervises."""

    def __init__(self, number: int) -> None:
        self._socket = socket.create_server((settings.host, settings.port), backlog=_BACKLOG, reuse_port=False)
        self._socket.set_inheritable(True)
        self._places = [WorkerSlot(partial(self._start, place)) for place in range(number)]
        self._stopping = False

    def run(self) -> None:
        """Runs until SIGTERM or SIGINT, which it passes on. A process that is slow to stop is killed."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._stop)
        while not self._stopping:
            time.sleep(_CHECK_INTERVAL)
            for place in self._places if not self._stopping else ():
                place.check_worker()
        for place in self._places:
            place.worker.terminate()
        end = time.monotonic() + STOP_TIMEOUT
        for place in self._places:
            _stop_worker(place.worker, end)

    def _stop(self, sign: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _start(self, place: int) -> Process:
        # each process has its own metrics port, from METRICS_PORT on
        inherited = str(self._socket.fileno())
        port = str(settings.metrics_port + place) if settings.metrics_port else ""
        environment = {**os.environ, "WORKERS": "1", "SOCKET": inherited, "METRICS_PORT": port}
        command = [sys.executable, "-m", "app", "serve"]
        return subprocess.Popen(command, env=environment, pass_fds=[self._socket.fileno()])  # noqa: S603


def _stop_worker(worker: Process, end: float) -> None:
    try:
        worker.wait(max(0.1, end - time.monotonic()))
    except subprocess.TimeoutExpired:
        worker.kill()
