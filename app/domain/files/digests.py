"""The SHA-256 of a file's bytes, sealed: bare, it would tell a thief of the database which known files are there.

Sealed rather than keyed (an HMAC): it changes key with the rest, and does not say that two people joined the same file.
"""

from uuid import UUID

from db.bulk import update_many
from db.encryption import FORM, seal, unseal
from db.engine import is_postgres, transaction
from db.tables import Attachment

BATCH = 1000


def sealed_digest(attachment_id: UUID, digest: str) -> str:
    return seal(Attachment.digest, attachment_id, digest)


def known_digest(attachment_id: UUID, stored: str) -> str:
    """Of a row that a release before this one wrote, as it is. Raises UnreadableError, MissingKeyError."""
    return unseal(Attachment.digest, attachment_id, stored) if stored.startswith(f"{FORM}.") else stored


async def seal_bare_digests() -> int:
    """Of the rows that a release before this one wrote; how many. No file is read. Again, or after a kill: the rest."""
    done = 0
    while sealed := await _seal_some():
        done += sealed
    return done


async def _seal_some() -> int:
    query = Attachment.select(Attachment.id, Attachment.digest).limit(BATCH)
    query = query.where(Attachment.digest != "", Attachment.digest.not_like(f"{FORM}.%"))
    async with transaction():
        rows = await (query.lock_rows("UPDATE") if is_postgres() else query)
        await update_many(Attachment, [{**row, "digest": sealed_digest(row["id"], row["digest"])} for row in rows])
    return len(rows)
