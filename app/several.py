"""Several processes behind one address: all take from one socket; one that dies is replaced, a stop stops them all."""

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from app.settings import settings

PATIENCE = 20.0
"""Longer than a server takes to end its streams and finish its posts."""
_LOOK, _BACKLOG = 0.5, 2048


class Crew:
    """The parent serves nothing: it watches."""

    def __init__(self, number: int) -> None:
        self._socket = socket.create_server((settings.host, settings.port), backlog=_BACKLOG, reuse_port=False)
        self._socket.set_inheritable(True)
        self._workers = [self._start(place) for place in range(number)]
        self._stopping = False

    def watch(self) -> None:
        """Until SIGTERM or SIGINT, passed on; who is slow to leave is killed."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._stop)
        while not self._stopping:
            time.sleep(_LOOK)
            self._workers = [self._kept(place, worker) for place, worker in enumerate(self._workers)]
        for worker in self._workers:
            worker.terminate()
        end = time.monotonic() + PATIENCE
        for worker in self._workers:
            _leave(worker, end)

    def _stop(self, sign: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _kept(self, place: int, worker: "subprocess.Popen[bytes]") -> "subprocess.Popen[bytes]":
        if worker.poll() is None or self._stopping:
            return worker
        print(f"Le processus {worker.pid} s’est arrêté ({worker.returncode}) : un autre le remplace.", file=sys.stderr)
        return self._start(place)

    def _start(self, place: int) -> "subprocess.Popen[bytes]":
        """Each measures on a port of its own, from METRICS_PORT on."""
        inherited = str(self._socket.fileno())
        port = str(settings.metrics_port + place) if settings.metrics_port else ""
        environment = {**os.environ, "WORKERS": "1", "SOCKET": inherited, "METRICS_PORT": port}
        command = [sys.executable, "-m", "app", "serve"]
        return subprocess.Popen(command, env=environment, pass_fds=[self._socket.fileno()])  # noqa: S603


def _leave(worker: "subprocess.Popen[bytes]", end: float) -> None:
    try:
        worker.wait(max(0.1, end - time.monotonic()))
    except subprocess.TimeoutExpired:
        worker.kill()
