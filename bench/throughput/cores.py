"""Runs the server on one core and the client on another, so that one core’s work is measured."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ALL = sorted(os.sched_getaffinity(0))
SERVER, CLIENT = _ALL[0], _ALL[-1]


@contextmanager
def pin_to_core(core: int) -> Iterator[None]:
    """Pins processes that start in the block to this core, with their threads and children."""
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, _ALL)


def read_cpu_seconds(process: int) -> float:
    """Processor seconds so far of the process and its living children."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return own + sum(read_cpu_seconds(int(child)) for child in children)
