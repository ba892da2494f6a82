"""What goes on beside the pages: letters, jobs at their hour, files looked after, announcements on the live bus."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from app.domain.audit.log import sweep_trail
from app.domain.authentication.retention import forget_old_logins
from app.domain.authentication.sessions import sessions_ended
from app.domain.calendar.time_zones import PARIS
from app.domain.cases.events import event_recorded
from app.domain.cases.lifecycle.erasure import erase_due
from app.domain.cases.lifecycle.late_notices import tell_what_is_late
from app.domain.cases.statistics.cache import count_what_changed
from app.domain.files import clean_stored_images, removal
from app.domain.imports.retention import forget_lists
from app.domain.memo import forget_all
from app.domain.operations.jobs import Recurring
from app.domain.operations.last_backup import warn_of_old_backup
from app.domain.signup.expiry import forget_old_arrivals
from app.gateways.files.store import Files
from app.gateways.live.bus import LiveBus
from app.gateways.live.postgres_notify import Wire
from app.gateways.workers.heartbeat import Pulse
from db.engine import current_engine

HOUR, NIGHT = 3600.0, 3
"""Seconds; the hour of Paris at which a process takes half a second for itself."""


def recurring(files: Files) -> list[Recurring]:
    """What happens by itself. tell_what_is_late waits for working hours: it looks often, and writes once."""
    return [
        Recurring("erasure", timedelta(days=1), _erase),
        *sweeps(files),
        Recurring("images", timedelta(minutes=1), partial(clean_stored_images.clean_some, files)),
        Recurring("unread images", timedelta(days=1), clean_stored_images.retry_unread),
        Recurring("old backup", timedelta(days=1), warn_of_old_backup),
        Recurring("late", timedelta(minutes=15), tell_what_is_late),
        Recurring("figures", timedelta(minutes=1), count_what_changed),
    ]


def sweeps(files: Files) -> list[Recurring]:
    """What is kept no longer, cases apart: python -m app erase-due does it too."""
    return [
        Recurring("trail", timedelta(days=1), sweep_trail),
        Recurring("arrivals", timedelta(days=1), forget_old_arrivals),
        Recurring("logins", timedelta(days=1), forget_old_logins),
        Recurring("imports", timedelta(days=1), forget_lists),
        Recurring("attachments", timedelta(hours=1), partial(removal.sweep, files)),
    ]


async def _erase(now: datetime) -> int:
    return (await erase_due(now)).total


@asynccontextmanager
async def running(
    bus: LiveBus, files: Files, workers: Sequence[Coroutine[Any, Any, None]], pulse: Pulse, wire: Wire | None
) -> AsyncIterator[None]:
    """The database open, announcements on the bus and the wire, letters on their way, files looked after."""
    engine = current_engine()
    await engine.start(serving=True)
    told = [bus.publish, wire.tell] if wire else [bus.publish]
    for listener in told:
        event_recorded.connect(listener)
        sessions_ended.connect(listener)
    removal.bytes_removed.connect(files.forget)
    work = [asyncio.create_task(worker) for worker in workers]
    pulse.watch(work)
    try:
        yield
    finally:
        bus.close()
        for listener in told:
            event_recorded.disconnect(listener)
            sessions_ended.disconnect(listener)
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        removal.bytes_removed.disconnect(files.forget)
        await engine.stop()


@asynccontextmanager
async def beside(going_on: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """What nobody need watch."""
    task = asyncio.create_task(going_on)
    try:
        yield
    finally:
        task.cancel()


async def forgetting(clock: Callable[[], datetime]) -> None:
    """What was erased from the database stays in no memory: each process forgets by itself. At night it also looks for
    what ended in circles, which nobody waits for then.
    """
    while True:
        await asyncio.sleep(HOUR)
        forget_all()
        if clock().astimezone(PARIS).hour == NIGHT:
            gc.collect()
