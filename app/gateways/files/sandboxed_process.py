"""python -m app.gateways.files.sandboxed_process TASK: reads the bytes of a file, writes the result. Run by sandbox.py.

preview: image or PDF to a small WebP. inspect: PDF to one word, the state of the file. photo: HEIC to JPEG.
Every library is loaded before confinement, because no file can be opened afterwards. Nothing of app.domain or db is
loaded, so no key is in this process.
"""

import os
import sys
from collections.abc import Callable

from app.gateways.files.confinement import confine

TASK_LIMITS = {"preview": (3, 3), "inspect": (3, 3), "photo": (10, 30)}
"""Seconds: processor time, loading included; elapsed time, once loaded."""
REJECTED_EXIT_CODE = 3
"""Exit code when the file cannot be read. Another code does not concern the file, except a signal."""


def load_task(task: str) -> Callable[[bytes], bytes]:
    """Loads only what the task needs: Pillow and the HEIC decoder (26 MB) are not always used."""
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
    read = load_task(task)
    confine_process(task)
    try:
        sys.stdout.buffer.write(read(sys.stdin.buffer.read()))
        sys.stdout.buffer.flush()
    except Exception:  # every reader has its own errors
        os._exit(REJECTED_EXIT_CODE)
    # skips the cleanup of the libraries, which is not needed
    os._exit(0)


if __name__ == "__main__":
    run_task(sys.argv[1])
