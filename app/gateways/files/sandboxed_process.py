"""python -m app.gateways.files.sandboxed_process TASK: bytes of a file in, bytes out. Run by sandbox.py.

preview: an image or a PDF in, a small WebP out. inspect: a PDF in, what keeps it from opening out, in one word. photo:
HEIC in, JPEG out. Every library is loaded before it closes itself: afterwards no file opens. Nothing of app.domain or
db is loaded: no key is here.
"""

import os
import sys
from collections.abc import Callable

from app.gateways.files.confinement import confine

SECONDS = {"preview": (3, 3), "inspect": (3, 3), "photo": (10, 30)}
"""Of processor, loading included; on the clock, once loaded."""
REFUSED = 3
"""The exit code when the file is not read. Another failure, unless by a signal, is not the file's."""


def reader_of(task: str) -> Callable[[bytes], bytes]:
    """Loads what the task needs: an inspection does without Pillow, a preview without the 26 MB of the HEIC decoder."""
    if task == "inspect":
        from app.gateways.files.inspect_pdf import inspect

        return inspect
    if task == "preview":
        from app.gateways.files.draw_preview import draw

        return draw
    from app.gateways.files.heic import to_jpeg

    return to_jpeg


def close(task: str) -> None:
    seconds, clock = SECONDS[task]
    confine(seconds=seconds, clock=clock)


def work(task: str) -> None:
    """Ends at once: nothing that the libraries do at their end is needed."""
    read = reader_of(task)
    close(task)
    try:
        sys.stdout.buffer.write(read(sys.stdin.buffer.read()))
        sys.stdout.buffer.flush()
    except Exception:  # every reader has errors of its own: nothing comes out
        os._exit(REFUSED)
    os._exit(0)


if __name__ == "__main__":
    work(sys.argv[1])
