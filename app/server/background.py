"""Runs background work beside the pages: workers, recurring jobs, live updates."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from app.domain.absences.retention import delete_ended_absences
from app.domain.audit.log import delete_old_audit_entries
from app.domain.authentication.retention import delete_old_logins
from app.domain.authentication.sessions import sessions_ended
from app.domain.calendar.time_zones import PARIS
from app.domain.cases.lifecycle.erasure import erase_due
from app.domain.cases.lifecycle.late_notices import send_late_notices
from app.domain.cases.lifecycle.promise_reminders import send_promise_reminders
from app.domain.cases.lifecycle.set_aside import bring_back_due
from app.domain.cases.live_update import event_recorded
from app.domain.cases.search.reindexing import reindex_cases
from app.domain.cases.statistics.cache import refresh_changed_areas
from app.domain.files import clean_stored_images, removal
from app.domain.imports.retention import delete_old_imports
from app.domain.memo import clear_memos
from app.domain.operations.jobs import RecurringJob
from app.domain.operations.last_backup import warn_of_old_backup
from app.domain.reorganisation.inactivity import close_idle_accounts
from app.domain.reorganisation.pseudonyms import remove_names_of_closed_accounts
from app.domain.signup.retention import delete_old_signups
from app.gateways.files.store import EncryptedFileStore
from app.gateways.live.bus import LiveBus
from app.gateways.live.postgres_notify import PostgresNotifier
from app.gateways.workers.heartbeat import Heartbeat
from db.engine import get_current_engine

MEMO_CLEAR_INTERVAL, GARBAGE_COLLECTION_HOUR = 3600.0, 3
"""Seconds; the hour in Paris at which a process spends half a second on garbage collection."""


def list_recurring_jobs(files: EncryptedFileStore) -> list[RecurringJob]:
    """All recurring jobs. Late notices and reminders check often, because they only write in working hours."""
    return [
        RecurringJob("erasure", timedelta(days=1), _run_erasure),
        *list_retention_jobs(files),
        RecurringJob("images", timedelta(minutes=1), partial(clean_stored_images.clean_batch, files)),
        RecurringJob("unread images", timedelta(days=1), clean_stored_images.requeue_unread),
        RecurringJob("inactive accounts", timedelta(days=1), close_idle_accounts),
        RecurringJob("old backup", timedelta(days=1), warn_of_old_backup),
        RecurringJob("late notices", timedelta(minutes=15), send_late_notices),
        RecurringJob("cases set aside", timedelta(minutes=1), bring_back_due),
        RecurringJob("promises", timedelta(minutes=15), send_promise_reminders),
        RecurringJob("search index", timedelta(minutes=1), reindex_cases),
        RecurringJob("statistics", timedelta(minutes=1), refresh_changed_areas),
    ]


def list_retention_jobs(files: EncryptedFileStore) -> list[RecurringJob]:
    """The jobs that delete old data, cases apart. python -m app erase-due runs them too."""
    return [
        RecurringJob("audit log", timedelta(days=1), delete_old_audit_entries),
        RecurringJob("signups", timedelta(days=1), delete_old_signups),
        RecurringJob("logins", timedelta(days=1), delete_old_logins),
        RecurringJob("imports", timedelta(days=1), delete_old_imports),
        RecurringJob("closed accounts", timedelta(days=1), remove_names_of_closed_accounts),
        RecurringJob("absences", timedelta(days=1), delete_ended_absences),
        RecurringJob("attachments", timedelta(hours=1), partial(removal.remove_abandoned_files, files)),
    ]


async def _run_erasure(now: datetime) -> int:
    return (await erase_due(now)).total


@asynccontextmanager
async def run_services(
    bus: LiveBus,
    files: EncryptedFileStore,
    workers: Sequence[Coroutine[Any, Any, None]],
    heartbeat: Heartbeat,
    notifier: PostgresNotifier | None,
) -> AsyncIterator[None]:
    """Opens the database and runs the workers, with live updates and the deletion of removed files connected."""
    engine = get_current_engine()
    await engine.start(serving=True)
    listeners = [bus.publish, notifier.queue_notice] if notifier else [bus.publish]
    for listener in listeners:
        event_recorded.connect(listener)
        sessions_ended.connect(listener)
    removal.bytes_removed.connect(files.delete)
    work = [asyncio.create_task(worker) for worker in workers]
    heartbeat.watch(work)
    try:
        yield
    finally:
        bus.close()
        for listener in listeners:
            event_recorded.disconnect(listener)
            sessions_ended.disconnect(listener)
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        removal.bytes_removed.disconnect(files.delete)
        await engine.stop()


@asynccontextmanager
async def run_in_background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs work that needs no monitoring, until the block ends."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()


async def clear_memos_hourly(clock: Callable[[], datetime]) -> None:
    """Clears the memos of this process every hour, so that erased data does not stay in memory. At night it also
    collects reference cycles, when a pause disturbs no person.
    """
    while True:
        await asyncio.sleep(MEMO_CLEAR_INTERVAL)
        clear_memos()
        if clock().astimezone(PARIS).hour == GARBAGE_COLLECTION_HOUR:
            gc.collect()
