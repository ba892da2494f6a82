"""Images that were stored before their metadata was removed at reception: cleaned in place, once.

The file is replaced, then its row. A crash between leaves a digest that does not agree: that file is not handed
out until the next run, which finds it clean and writes its row.
"""

import logging
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.domain.attachments.acceptance import IMAGES, accept, stored_name
from app.domain.attachments.rules import RefusedFile
from app.domain.attachments.states import Scan
from app.domain.attachments.store import Store
from db.engine import transaction
from db.tables import Attachment
from db.vault import UnreadableError, seal, unseal

log = logging.getLogger("aplus.attachments")


@dataclass
class CleanedImages:
    """refused: not understood, and left as they came. unread: they do not open with the keys of today."""

    cleaned: int = 0
    refused: int = 0
    unread: int = 0


async def clean_stored_images(store: Store) -> CleanedImages:
    """Again, or after a kill: what is left of it."""
    done = CleanedImages()
    rows = await Attachment.select(Attachment.id, Attachment.name, Attachment.digest, Attachment.size).where(
        Attachment.media_type.is_in(sorted(IMAGES)), Attachment.digest != "", Attachment.scan != Scan.INFECTED
    )
    for row in rows:
        try:
            done.cleaned += await _clean(store, row)
        except RefusedFile:
            log.warning("a stored image is not understood: it stays as it came")
            done.refused += 1
        except (OSError, UnreadableError) as failure:
            log.warning("a stored image does not open: %s", type(failure).__name__)
            done.unread += 1
    return done


async def _clean(store: Store, row: dict[str, Any]) -> bool:
    """Whether anything changed. A file that is removed meanwhile stays removed."""
    name = unseal(Attachment.name, row["id"], row["name"])
    sealed = await store.seal_again(row["id"], partial(accept, name=name, store=store))
    if sealed.digest == row["digest"]:
        return False
    async with transaction():
        await Attachment.update(
            {
                Attachment.digest: sealed.digest,
                Attachment.size: sealed.size,
                Attachment.received: sealed.size,
                Attachment.media_type: sealed.media_type,
                Attachment.name: seal(Attachment.name, row["id"], stored_name(name, sealed.media_type)),
            }
        ).where(Attachment.id == row["id"], Attachment.digest == row["digest"])
    return True
