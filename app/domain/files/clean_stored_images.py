"""Images that were stored before their metadata was removed at reception: cleaned in place, in the background.

A migration marks their rows as waiting. The server's job takes a few each minute and notes on each row where it stands:
a kill loses one image's work at most. The file is replaced, then its row: a crash between leaves a digest that does not
agree, and the file is not handed out until the next run, which finds it clean and writes its row.
"""

import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any

from app.domain.files.cleaned_upload import accept_file, build_stored_columns
from app.domain.files.digests import decrypt_digest
from app.domain.files.limits import RefusedFile
from app.domain.files.scan_state import CleaningState, ScanState
from app.domain.files.store import FileStore
from db.encryption import UnreadableError, decrypt
from db.engine import transaction
from db.tables import Attachment

log = logging.getLogger("aplus.attachments")
TIME_BUDGET = 20.0
"""A minute, at most, and one image more: other jobs of the same process wait meanwhile
(app/domain/operations/jobs.py).
"""
BATCH_SIZE = 50


@dataclass
class CleaningCounts:
    """same: without metadata already. The others: app/domain/files/scan_state.py."""

    cleaned: int = 0
    already_clean: int = 0
    refused: int = 0
    absent: int = 0
    unread: int = 0

    @property
    def total(self) -> int:
        return sum(asdict(self).values())


async def clean_batch(store: FileStore, now: datetime) -> int:
    """The job: as many as SECONDS allow. How many it looked at."""
    done = await _clean_until(store, monotonic() + TIME_BUDGET)
    if done.total:
        left = await Attachment.count().where(Attachment.cleaning == CleaningState.WAITING)
        log.info("cleaned stored images: %s, %s left", done, left)
    return done.total


async def requeue_unread(now: datetime) -> int:
    """A key that was away may be back."""
    return await _requeue([CleaningState.UNREAD])


async def clean_all(store: FileStore) -> CleaningCounts:
    """By hand: also what was refused, absent or unread before."""
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
    """Which count of CleanedImages it belongs to. A file that is removed meanwhile stays removed."""
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
