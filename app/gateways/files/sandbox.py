"""Runs sandboxed_process.py, which reads attachments, in a process of its own; confinement.py has its limits.

An attachment may be hostile. A PDF or image reader that crashes, hangs or uses too much memory ends only its own
process.
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
"""Elapsed seconds, in case it hangs while it loads its libraries. Later its own limits apply: sandboxed_process.py."""
SandboxTask = Literal["preview", "photo", "inspect"]
MAX_CONCURRENT = 2
"""Tasks at the same time in a server process. Each may use 768 MB (confinement.py), 1.5 GB together."""
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""A service manager and a terminal send these to every process of a server that stops. No limit here sends them."""
_slots = threading.BoundedSemaphore(MAX_CONCURRENT)


class SandboxRejected(Exception):
    """The file cannot be read: the reader refused it, crashed, or met a limit. Another attempt would fail too."""


class SandboxUnavailable(OSError):
    """The process could not run: no memory, no free slot in time, or a stop. This says nothing about the file."""


def run_in_sandbox(task: SandboxTask, source: BinaryIO, *, max_bytes: int, timeout: float | None = None) -> bytes:
    """Sends the bytes through pipes: no clear byte is on the disk. Blocks while MAX_CONCURRENT others run.

    max_bytes: longest result. timeout: seconds to wait for a slot. Raises SandboxRejected, SandboxUnavailable, and
    UnreadableError when the source cannot be decrypted.
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
    """Ignores a closed pipe: the reader has read enough. Other failures are added to `failures`."""
    try:
        with contextlib.suppress(BrokenPipeError), pipe:
            shutil.copyfileobj(source, pipe, FRAME_SIZE)
    except Exception as failure:
        failures.append(failure)
