"""Detects whether the workers of this process are alive: each records a heartbeat at every step of its run.

A worker that has ended is detected at once; one that hangs, after the longest step that a worker may take.
"""

import asyncio
import time
from collections.abc import Sequence
from weakref import WeakKeyDictionary

MAX_STEP_SECONDS = 300.0
_beats: "WeakKeyDictionary[asyncio.Task[object], float]" = WeakKeyDictionary()


def record_heartbeat() -> None:
    """Records that the worker of the current task has finished a step."""
    task = asyncio.current_task()
    if task:
        _beats[task] = time.monotonic()


class Heartbeat:
    def __init__(self) -> None:
        self._tasks: Sequence[asyncio.Task[None]] = ()

    def watch(self, tasks: Sequence["asyncio.Task[None]"]) -> None:
        self._tasks = tasks
        for task in tasks:
            _beats[task] = time.monotonic()

    @property
    def is_alive(self) -> bool:
        return all(self._is_task_alive(task) for task in self._tasks)

    @staticmethod
    def _is_task_alive(task: "asyncio.Task[None]") -> bool:
        return not task.done() and time.monotonic() - _beats[task] < MAX_STEP_SECONDS
