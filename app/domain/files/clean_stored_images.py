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

from app.domain.files.cleaned_upload import accept, kept_columns
from app.domain.files.digests import known_digest
from app.domain.files.limits import RefusedFile
from app.domain.files.scan_state import Cleaning, Scan
from app.domain.files.store import Store
from db.encryption import UnreadableError, unseal
from db.engine import transaction
from db.tables import Attachment

log = logging.getLogger("aplus.attachments")
SECONDS = 20.0
"""A minute, at most, and one image more: other jobs of the same process wait meanwhile
(app/domain/operations/jobs.py).
"""
PAGE = 50


@dataclass
class CleanedImages:
    """same: without metadata already. The others: app/domain/files/scan_state.py."""

    cleaned: int = 0
    same: int = 0
    refused: int = 0
    absent: int = 0
    unread: int = 0

    @property
    def total(self) -> int:
        return sum(asdict(self).values())


async def clean_some(store: Store, now: datetime) -> int:
    """The job: as many as SECONDS allow. How many it looked at."""
    done = await _clean_until(store, monotonic() + SECONDS)
    if done.total:
        left = await Attachment.count().where(Attachment.cleaning == Cleaning.WAITING)
        log.info("stored images: %s, %s left", done, left)
    return done.total


async def retry_unread(now: datetime) -> int:
    """A key that was away may be back."""
    return await _wait_again([Cleaning.UNREAD])


async def clean_all(store: Store) -> CleanedImages:
    """By hand: also what was refused, absent or unread before."""
    await _wait_again([Cleaning.UNREAD, Cleaning.REFUSED, Cleaning.ABSENT])
    return await _clean_until(store, float("inf"))


async def _wait_again(states: list[Cleaning]) -> int:
    async with transaction():
        rows = await (
            Attachment.update({Attachment.cleaning: Cleaning.WAITING})
            .where(Attachment.cleaning.is_in(states))
            .returning(Attachment.id)
        )
    return len(rows)


async def _clean_until(store: Store, deadline: float) -> CleanedImages:
    done = CleanedImages()
    while page := await _waiting():
        for row in page:
            if monotonic() >= deadline:
                return done
            outcome = await _clean(store, row)
            setattr(done, outcome, getattr(done, outcome) + 1)
    return done


async def _waiting() -> list[dict[str, Any]]:
    return await (
        Attachment.select(Attachment.id, Attachment.name, Attachment.digest, Attachment.scan)
        .where(Attachment.cleaning == Cleaning.WAITING)
        .limit(PAGE)
    )


async def _clean(store: Store, row: dict[str, Any]) -> str:
    """Which count of CleanedImages it belongs to. A file that is removed meanwhile stays removed."""
    if row["scan"] == Scan.INFECTED:  # its bytes were deleted
        return await _note(row, Cleaning.ABSENT)
    try:
        name, before = unseal(Attachment.name, row["id"], row["name"]), known_digest(row["id"], row["digest"])
        sealed = await store.seal_again(row["id"], partial(accept, name=name, store=store))
    except RefusedFile:
        return await _note(row, Cleaning.REFUSED)
    except FileNotFoundError:
        return await _note(row, Cleaning.ABSENT)
    except (OSError, UnreadableError) as failure:
        log.warning("a stored image does not open: %s", type(failure).__name__)
        return await _note(row, Cleaning.UNREAD)
    if sealed.digest == before:
        await _note(row, Cleaning.NONE)
        return "same"
    await _note(row, Cleaning.NONE, kept_columns(row["id"], name, sealed))
    return "cleaned"


async def _note(row: dict[str, Any], state: Cleaning, changed: dict[Any, Any] | None = None) -> str:
    async with transaction():
        await Attachment.update({Attachment.cleaning: state, **(changed or {})}).where(
            Attachment.id == row["id"], Attachment.digest == row["digest"]
        )
    return state.value
