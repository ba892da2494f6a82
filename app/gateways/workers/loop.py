"""A worker's life: a round every few seconds or minutes, and at each ring of its bell where it has one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from app.domain.signals import Bell
from app.gateways.workers.heartbeat import beat


async def in_rounds(
    one_round: Callable[[], Awaitable[object]], *, every: float, log: logging.Logger, bell: Bell | None = None
) -> None:
    """Until cancelled. A round that fails is logged, and the next one comes."""
    rung = asyncio.Event()
    if bell:
        bell.heard_by(rung.set)
    try:
        while True:
            beat()
            rung.clear()
            try:
                await one_round()
            except Exception:
                log.exception("a round stopped")
            await _wait(rung, every)
    finally:
        if bell:
            bell.unheard_by(rung.set)


async def _wait(rung: asyncio.Event, every: float) -> None:
    try:
        await asyncio.wait_for(rung.wait(), every)
    except TimeoutError:
        return
