"""A worker's life: a round at each ring of its bell, and one every few seconds for what was put off."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

Bell = Callable[[], None]


async def in_rounds(
    one_round: Callable[[], Awaitable[object]],
    *,
    every: float,
    ring_with: Callable[[Bell], None],
    stop_ringing: Callable[[Bell], None],
    log: logging.Logger,
) -> None:
    """Until cancelled. A round that fails is logged, and the next one comes."""
    bell = asyncio.Event()
    ring_with(bell.set)
    try:
        while True:
            bell.clear()
            try:
                await one_round()
            except Exception:
                log.exception("a round stopped")
            await _wait(bell, every)
    finally:
        stop_ringing(bell.set)


async def _wait(bell: asyncio.Event, every: float) -> None:
    try:
        await asyncio.wait_for(bell.wait(), every)
    except TimeoutError:
        return
