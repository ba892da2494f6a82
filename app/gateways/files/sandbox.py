"""Reading what people join, in a process of its own: sandboxed_process.py says what it does, confinement.py within
what.

What is joined is hostile until proved otherwise: a reader of PDF or of images that crashes, hangs or swallows memory
takes its own process with it, and nothing else.
"""

import contextlib
import shutil
import signal
import subprocess
import sys
import threading
from typing import IO, BinaryIO, Literal

from app.gateways.files.sandboxed_process import REFUSED
from app.settings import ROOT
from db.encryption_stream import FRAME

PATIENCE = 40.0
"""Seconds on the clock, should it hang while it loads its libraries. Then it counts its own: sandboxed_process.py."""
Task = Literal["preview", "photo", "inspect"]
AT_ONCE = 2
"""All tasks together, in a server's process: each may take 768 MB (confinement.py), so 1.5 GB at most."""
_STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""What a service manager and a terminal send to every process of a server that ends. No limit here sends one."""
_places = threading.BoundedSemaphore(AT_ONCE)


class NotDrawn(Exception):
    """The reader refused it, crashed, or met a limit: it would again."""


class NotStarted(OSError):
    """The process could not do its work, which says nothing of the file: no memory, no place in time, a stop."""


def draw(task: Task, source: BinaryIO, *, most: int, wait: float | None = None) -> bytes:
    """By pipes: the clear bytes are on no disk. most: how many bytes may come back. Blocks while others are at work.

    wait: for so many seconds at most. Raises NotDrawn, NotStarted; UnreadableError when the source does not open.
    """
    if not _places.acquire(timeout=wait):
        raise NotStarted
    try:
        return _draw(task, source, most)
    finally:
        _places.release()


def _draw(task: Task, source: BinaryIO, most: int) -> bytes:
    command = [sys.executable, "-P", "-m", "app.gateways.files.sandboxed_process", task]
    failures: list[Exception] = []
    with _start(command) as process:
        late = threading.Timer(PATIENCE, process.kill)
        feeder = threading.Thread(target=_feed, args=(source, process.stdin, failures))
        late.start()
        feeder.start()
        assert process.stdout is not None
        drawn = process.stdout.read(most + 1)
        process.stdout.close()
        feeder.join()
        code = process.wait()
        late.cancel()
    for failure in failures:
        raise failure
    if (code > 0 and code != REFUSED) or -code in _STOPS:
        raise NotStarted
    if code or not 0 < len(drawn) <= most:
        raise NotDrawn
    return drawn


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603
            command, env={"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
    except OSError as failure:
        raise NotStarted from failure


def _feed(source: BinaryIO, pipe: IO[bytes], failures: list[Exception]) -> None:
    """A reader that stops early has seen enough; bytes that do not open are no picture."""
    try:
        with contextlib.suppress(BrokenPipeError), pipe:
            shutil.copyfileobj(source, pipe, FRAME)
    except Exception as failure:
        failures.append(failure)
