"""Runs a worker at a regular interval, and at once when its wake-up signal is sent."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from app.domain.signals import Signal
from app.gateways.workers.heartbeat import record_heartbeat


async def run_worker_loop(
    run_once: Callable[[], Awaitable[object]], *, every: float, log: logging.Logger, wake: Signal[[]] | None = None
) -> None:
    """Runs until cancelled. A run that fails is logged, and the next one follows."""
    woken = asyncio.Event()
    if wake:
        wake.connect(woken.set)
    try:
        while True:
            record_heartbeat()
            woken.clear()
            try:
                await run_once()
            except Exception:
                log.exception("worker run failed")
            await _wait(woken, every)
    finally:
        if wake:
            wake.disconnect(woken.set)


async def _wait(woken: asyncio.Event, every: float) -> None:
    try:
        await asyncio.wait_for(woken.wait(), every)
    except TimeoutError:
        return
