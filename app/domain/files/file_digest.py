"""The SHA-256 of a file's bytes, encrypted: in clear, it would show a thief which known files the database has.

It is encrypted and not an HMAC, so that it changes key with other values, and so that two identical files have
different stored digests.
"""

from uuid import UUID

from db.bulk import update_many
from db.encryption import FORMAT, decrypt, encrypt
from db.engine import is_postgres, transaction
from db.tables.attachments import Attachment

BATCH_SIZE = 1000


def encrypt_digest(attachment_id: UUID, digest: str) -> str:
    return encrypt(Attachment.digest, attachment_id, digest)


def decrypt_digest(attachment_id: UUID, stored: str) -> str:
    """A clear digest of an older release is returned as it is. Raises UnreadableError, MissingKeyError."""
    return decrypt(Attachment.digest, attachment_id, stored) if stored.startswith(f"{FORMAT}.") else stored


async def encrypt_clear_digests() -> int:
    """Encrypts the digests that an older release stored in clear. Returns their number.

    No file is read. After a kill, another run does the rest.
    """
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
