"""Reading what people join, in a process of its own: drawing.py says within which limits.

What is joined is hostile until proved otherwise: a reader of PDF or of images that crashes, hangs or swallows memory
takes its own process with it, and nothing else.
"""

import contextlib
import shutil
import subprocess
import sys
import threading
from typing import IO, BinaryIO, Literal

from app.gateways.frames import FRAME
from app.settings import ROOT

PATIENCE = 30.0
"""Seconds on the clock. The processor's own seconds are counted in drawing.py."""
Task = Literal["preview", "photo"]
AT_ONCE = 2
"""Previews and photos together, in a server's process: each may take 768 MB (drawing.py), so 1.5 GB at most."""
_places = threading.BoundedSemaphore(AT_ONCE)


class NotDrawn(Exception):
    """The reader refused it, crashed, or met a limit."""


def draw(task: Task, source: BinaryIO, *, most: int) -> bytes:
    """By pipes: the clear bytes are on no disk. most: how many bytes may come back. Blocks while others are at work.

    Raises NotDrawn; UnreadableError when the source does not open.
    """
    with _places:
        return _draw(task, source, most)


def _draw(task: Task, source: BinaryIO, most: int) -> bytes:
    command = [sys.executable, "-P", "-m", "app.gateways.drawing", task]
    failures: list[Exception] = []
    with subprocess.Popen(  # noqa: S603
        command, env={"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        late = threading.Timer(PATIENCE, process.kill)
        feeder = threading.Thread(target=_feed, args=(source, process.stdin, failures))
        late.start()
        feeder.start()
        assert process.stdout is not None
        drawn = process.stdout.read(most + 1)
        process.stdout.close()
        feeder.join()
        late_or_not = process.wait()
        late.cancel()
    for failure in failures:
        raise failure
    if late_or_not or not 0 < len(drawn) <= most:
        raise NotDrawn
    return drawn


def _feed(source: BinaryIO, pipe: IO[bytes], failures: list[Exception]) -> None:
    """A reader that stops early has seen enough; bytes that do not open are no picture."""
    try:
        with contextlib.suppress(BrokenPipeError), pipe:
            shutil.copyfileobj(source, pipe, FRAME)
    except Exception as failure:
        failures.append(failure)
