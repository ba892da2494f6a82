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

from app.gateways.files.sandboxed_process import REJECTED_EXIT_CODE
from app.settings import ROOT
from db.encryption_stream import FRAME_SIZE

PROCESS_TIMEOUT = 40.0
"""Seconds on the clock, should it hang while it loads its libraries. Then it counts its own: sandboxed_process.py."""
SandboxTask = Literal["preview", "photo", "inspect"]
MAX_CONCURRENT = 2
"""All tasks together, in a server's process: each may take 768 MB (confinement.py), so 1.5 GB at most."""
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""What a service manager and a terminal send to every process of a server that ends. No limit here sends one."""
_slots = threading.BoundedSemaphore(MAX_CONCURRENT)


class SandboxRejected(Exception):
    """The reader refused it, crashed, or met a limit: it would again."""


class SandboxUnavailable(OSError):
    """The process could not do its work, which says nothing of the file: no memory, no place in time, a stop."""


def run_in_sandbox(task: SandboxTask, source: BinaryIO, *, max_bytes: int, timeout: float | None = None) -> bytes:
    """By pipes: the clear bytes are on no disk. most: how many bytes may come back. Blocks while others are at work.

    wait: for so many seconds at most. Raises NotDrawn, NotStarted; UnreadableError when the source does not open.
    """
    if not _slots.acquire(timeout=timeout):
        raise SandboxUnavailable
    try:
        return _run_task(task, source, max_bytes)
    finally:
        _slots.release()


def _run_task(task: SandboxTask, source: BinaryIO, most: int) -> bytes:
    command = [sys.executable, "-P", "-m", "app.gateways.files.sandboxed_process", task]
    failures: list[Exception] = []
    with _start_process(command) as process:
        late = threading.Timer(PROCESS_TIMEOUT, process.kill)
        feeder = threading.Thread(target=_feed_source, args=(source, process.stdin, failures))
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
    if (code > 0 and code != REJECTED_EXIT_CODE) or -code in _STOP_SIGNALS:
        raise SandboxUnavailable
    if code or not 0 < len(drawn) <= most:
        raise SandboxRejected
    return drawn


def _start_process(command: list[str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603
            command, env={"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
    except OSError as failure:
        raise SandboxUnavailable from failure


def _feed_source(source: BinaryIO, pipe: IO[bytes], failures: list[Exception]) -> None:
    """A reader that stops early has seen enough; bytes that do not open are no picture."""
    try:
        with contextlib.suppress(BrokenPipeError), pipe:
            shutil.copyfileobj(source, pipe, FRAME_SIZE)
    except Exception as failure:
        failures.append(failure)
