"""The SHA-256 of a file's bytes, sealed: bare, it would tell a thief of the database which known files are there.

Sealed rather than keyed (an HMAC): it changes key with the rest, and does not say that two people joined the same file.
"""

from uuid import UUID

from db.bulk import update_many
from db.encryption import FORMAT, decrypt, encrypt
from db.engine import is_postgres, transaction
from db.tables import Attachment

BATCH_SIZE = 1000


def encrypt_digest(attachment_id: UUID, digest: str) -> str:
    return encrypt(Attachment.digest, attachment_id, digest)


def decrypt_digest(attachment_id: UUID, stored: str) -> str:
    """Of a row that a release before this one wrote, as it is. Raises UnreadableError, MissingKeyError."""
    return decrypt(Attachment.digest, attachment_id, stored) if stored.startswith(f"{FORMAT}.") else stored


async def encrypt_clear_digests() -> int:
    """Of the rows that a release before this one wrote; how many. No file is read. Again, or after a kill: the rest."""
    done = 0
    while sealed := await _encrypt_batch():
        done += sealed
    return done


async def _encrypt_batch() -> int:
    query = Attachment.select(Attachment.id, Attachment.digest).limit(BATCH_SIZE)
    query = query.where(Attachment.digest != "", Attachment.digest.not_like(f"{FORMAT}.%"))
    async with transaction():
        rows = await (query.lock_rows("UPDATE") if is_postgres() else query)
        await update_many(Attachment, [{**row, "digest": encrypt_digest(row["id"], row["digest"])} for row in rows])
    return len(rows)
