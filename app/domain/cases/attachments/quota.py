"""Limits the bytes of attachments that are uploaded and not sent yet. Source: issue 14, 22.

Sent attachments are limited by the rate limits (app/domain/rate_limit.py) and by erasure.
"""

import shutil
from dataclasses import dataclass

from app.domain.accounts.actor import Actor
from app.domain.files.limits import MAX_FILE_BYTES, MAX_FILES, RefusedFile
from app.settings import settings
from db.tables.attachments import Attachment

MAX_UNSENT_BYTES = 3 * MAX_FILES * MAX_FILE_BYTES
"""300 MB for each person: three drafts or messages with as many files as they can have."""
DISK_FRACTION = 4
"""The unsent attachments of all people use at most a quarter of the disk."""
_OVER_PERSON_QUOTA = (
    "n’est pas joint : vos pièces jointes qui ne sont pas envoyées pèsent déjà {} Mo, c’est le plus que l’on garde. "
    "Envoyez ou supprimez un brouillon, ou retirez une pièce d’un message, puis joignez-la de nouveau."
)
_DISK_NEARLY_FULL = (
    "n’est pas joint : la plateforme garde déjà beaucoup de pièces qui ne sont pas envoyées. "
    "Réessayez plus tard, ou envoyez sans cette pièce."
)


async def check_unsent_quota(actor: Actor, name: str, size: int) -> None:
    """size is in bytes. Call it in the transaction that adds the file. Raises RefusedFile."""
    waiting = await _count_unsent_bytes(actor)
    if waiting.own + size > MAX_UNSENT_BYTES:
        raise RefusedFile(name, _OVER_PERSON_QUOTA.format(waiting.own // (1024 * 1024)))
    if waiting.total + size > read_disk_size() // DISK_FRACTION:
        raise RefusedFile(name, _DISK_NEARLY_FULL)


def read_disk_size() -> int:
    """In bytes, of the disk of VAR_DIR, which may not exist yet."""
    folder = settings.var_folder.absolute()
    return shutil.disk_usage(next(one for one in (folder, *folder.parents) if one.exists())).total


@dataclass(frozen=True)
class _UnsentBytes:
    """own: of the actor; total: of all people."""

    own: int
    total: int


async def _count_unsent_bytes(actor: Actor) -> _UnsentBytes:
    row = (await Attachment.raw(_UNSENT_BYTES_SQL, actor.id))[0]
    return _UnsentBytes(int(row["own"] or 0), int(row["everyone"] or 0))


_UNSENT_BYTES_SQL = """SELECT sum(size) AS everyone, sum(CASE WHEN uploader = {} THEN size ELSE 0 END) AS own
    FROM attachment WHERE posted_at IS NULL"""
