"""How many bytes may wait: joined to a draft or to a message, and not sent yet. Source: issue 14, 22.

What is sent is bounded by what is sent (app/domain/rate_limit.py) and by its erasure; what waits is one person's word.
"""

import shutil
from dataclasses import dataclass

from app.domain.accounts.actor import Actor
from app.domain.files.limits import MOST_BYTES, MOST_FILES, RefusedFile
from app.settings import settings
from db.tables import Attachment

OF_A_PERSON = 3 * MOST_FILES * MOST_BYTES
"""300 Mo: three drafts or messages with all that they may carry."""
PART_OF_DISK = 4
"""All that waits is a quarter of the disk at most."""
_TOO_MUCH = (
    "n’est pas joint : vos pièces jointes qui ne sont pas envoyées pèsent déjà {} Mo, c’est le plus que l’on garde. "
    "Envoyez ou supprimez un brouillon, ou retirez une pièce d’un message, puis joignez-la de nouveau."
)
_NO_ROOM = (
    "n’est pas joint : la plateforme garde déjà beaucoup de pièces qui ne sont pas envoyées. "
    "Réessayez plus tard, ou envoyez sans cette pièce."
)


async def check_room(actor: Actor, name: str, size: int) -> None:
    """In the transaction that adds the file. Raises RefusedFile."""
    waiting = await _waiting(actor)
    if waiting.own + size > OF_A_PERSON:
        raise RefusedFile(name, _TOO_MUCH.format(waiting.own // (1024 * 1024)))
    if waiting.all + size > disk_size() // PART_OF_DISK:
        raise RefusedFile(name, _NO_ROOM)


def disk_size() -> int:
    """Of the disk that VAR_DIR is on, or will be."""
    folder = settings.var_folder.absolute()
    return shutil.disk_usage(next(one for one in (folder, *folder.parents) if one.exists())).total


@dataclass(frozen=True)
class _Waiting:
    """In bytes."""

    own: int
    all: int


async def _waiting(actor: Actor) -> _Waiting:
    row = (await Attachment.raw(_SUMS, actor.id))[0]
    return _Waiting(int(row["own"] or 0), int(row["everyone"] or 0))


_SUMS = """SELECT sum(size) AS everyone, sum(CASE WHEN uploader = {} THEN size ELSE 0 END) AS own
    FROM attachment WHERE posted_at IS NULL"""
