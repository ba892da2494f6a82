"""python -m app.gateways.files.sandboxed_process TASK: bytes of a file in, bytes out. Run by sandbox.py.

preview: an image or a PDF in, a small WebP out. inspect: a PDF in, what keeps it from opening out, in one word. photo:
HEIC in, JPEG out. Every library is loaded before it closes itself: afterwards no file opens. Nothing of app.domain or
db is loaded: no key is here.
"""

import os
import sys
from collections.abc import Callable

from app.gateways.files.confinement import confine

TASK_LIMITS = {"preview": (3, 3), "inspect": (3, 3), "photo": (10, 30)}
"""Of processor, loading included; on the clock, once loaded."""
REJECTED_EXIT_CODE = 3
"""The exit code when the file is not read. Another failure, unless by a signal, is not the file's."""


def load_task(task: str) -> Callable[[bytes], bytes]:
    """Loads what the task needs: an inspection does without Pillow, a preview without the 26 MB of the HEIC decoder."""
    if task == "inspect":
        from app.gateways.files.inspect_pdf import inspect_pdf

        return inspect_pdf
    if task == "preview":
        from app.gateways.files.draw_preview import draw_preview

        return draw_preview
    from app.gateways.files.heic import convert_to_jpeg

    return convert_to_jpeg


def confine_process(task: str) -> None:
    seconds, clock = TASK_LIMITS[task]
    confine(seconds=seconds, clock=clock)


def run_task(task: str) -> None:
    """Ends at once: nothing that the libraries do at their end is needed."""
    read = load_task(task)
    confine_process(task)
    try:
        sys.stdout.buffer.write(read(sys.stdin.buffer.read()))
        sys.stdout.buffer.flush()
    except Exception:  # every reader has errors of its own: nothing comes out
        os._exit(REJECTED_EXIT_CODE)
    os._exit(0)


if __name__ == "__main__":
    run_task(sys.argv[1])
