"""Cleans, in the background, the images that were stored before uploads were cleaned of their metadata.

Their rows are marked as waiting. The job cleans a few each minute and records the state of each row: a kill
loses the work of one image at most. The file is replaced before its row. A crash between the two leaves a digest that
does not match: the file is not delivered until the next run, which finds it clean and writes its row.
"""

import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any

from app.domain.files.cleaned_upload import accept_file, build_stored_columns
from app.domain.files.file_digest import decrypt_digest
from app.domain.files.limits import RefusedFile
from app.domain.files.scan_state import CleaningState, ScanState
from app.domain.files.store import FileStore
from db.encryption import UnreadableError, decrypt
from db.engine import transaction
from db.tables.attachments import Attachment

log = logging.getLogger("aplus.attachments")
TIME_BUDGET = 20.0
"""Seconds a minute; the last image may exceed it. The process's other jobs wait (app/domain/operations/jobs.py)."""
BATCH_SIZE = 50


@dataclass
class CleaningCounts:
    """`already_clean` had no metadata. The other states: app/domain/files/scan_state.py."""

    cleaned: int = 0
    already_clean: int = 0
    refused: int = 0
    absent: int = 0
    unread: int = 0

    @property
    def total(self) -> int:
        return sum(asdict(self).values())


async def clean_batch(store: FileStore, now: datetime) -> int:
    """The job, limited by TIME_BUDGET. Returns the number of images."""
    done = await _clean_until(store, monotonic() + TIME_BUDGET)
    if done.total:
        left = await Attachment.count().where(Attachment.cleaning == CleaningState.WAITING)
        log.info("cleaned stored images: %s, %s left", done, left)
    return done.total


async def requeue_unread(now: datetime) -> int:
    """A missing key may be available again. Returns the number of images."""
    return await _requeue([CleaningState.UNREAD])


async def clean_all(store: FileStore) -> CleaningCounts:
    """For the command line: also the images that were refused, absent or unread before."""
    await _requeue([CleaningState.UNREAD, CleaningState.REFUSED, CleaningState.ABSENT])
    return await _clean_until(store, float("inf"))


async def _requeue(states: list[CleaningState]) -> int:
    async with transaction():
        rows = await (
            Attachment.update({Attachment.cleaning: CleaningState.WAITING})
            .where(Attachment.cleaning.is_in(states))
            .returning(Attachment.id)
        )
    return len(rows)


async def _clean_until(store: FileStore, deadline: float) -> CleaningCounts:
    done = CleaningCounts()
    while page := await _list_waiting():
        for row in page:
            if monotonic() >= deadline:
                return done
            outcome = await _clean_image(store, row)
            setattr(done, outcome, getattr(done, outcome) + 1)
    return done


async def _list_waiting() -> list[dict[str, Any]]:
    return await (
        Attachment.select(Attachment.id, Attachment.name, Attachment.digest, Attachment.scan)
        .where(Attachment.cleaning == CleaningState.WAITING)
        .limit(BATCH_SIZE)
    )


async def _clean_image(store: FileStore, row: dict[str, Any]) -> str:
    """Returns the name of a count in CleaningCounts. A file that is removed meanwhile stays removed."""
    if row["scan"] == ScanState.INFECTED:  # its bytes were deleted
        return await _record_state(row, CleaningState.ABSENT)
    try:
        name, before = decrypt(Attachment.name, row["id"], row["name"]), decrypt_digest(row["id"], row["digest"])
        sealed = await store.replace_content(row["id"], partial(accept_file, name=name, store=store))
    except RefusedFile:
        return await _record_state(row, CleaningState.REFUSED)
    except FileNotFoundError:
        return await _record_state(row, CleaningState.ABSENT)
    except (OSError, UnreadableError) as failure:
        log.warning("cannot read a stored image: %s", type(failure).__name__)
        return await _record_state(row, CleaningState.UNREAD)
    if sealed.digest == before:
        await _record_state(row, CleaningState.NONE)
        return "already_clean"
    await _record_state(row, CleaningState.NONE, build_stored_columns(row["id"], name, sealed))
    return "cleaned"


async def _record_state(row: dict[str, Any], state: CleaningState, changed: dict[Any, Any] | None = None) -> str:
    async with transaction():
        await Attachment.update({Attachment.cleaning: state, **(changed or {})}).where(
            Attachment.id == row["id"], Attachment.digest == row["digest"]
        )
    return state.value
