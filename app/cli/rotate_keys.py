"""python -m app rotate-keys: all that lies encrypted, sealed again under the first key of ENCRYPTION_KEYS.

Safe beside a running server, and to run again after a kill: what is done is done. docs/operations.md has the procedure.
"""

import asyncio
import sys

from app.cli.database import open_database
from app.domain.operations.key_rotation import RotationCounts, reencrypt_database
from app.domain.platform.state import is_in_maintenance
from app.gateways.files.reencrypt import ReencryptedFiles, encrypt_clear_files, reencrypt_files
from app.gateways.files.store import EncryptedFileStore, build_file_store
from app.settings import settings
from db.encryption import get_current_key


async def rotate_all(files: EncryptedFileStore) -> tuple[RotationCounts, ReencryptedFiles]:
    """The database, then the files."""
    async with open_database():
        if await is_in_maintenance():
            sys.exit("Une maintenance est en cours : rien n’est chiffré de nouveau avant sa fin.")
        rotated = await reencrypt_database()
    return rotated, await asyncio.to_thread(reencrypt_files, files.folder)


def rotate_keys() -> None:
    """Says what was done, and whether another key is still needed: exit code 1 then."""
    rotated, resealed = asyncio.run(rotate_all(build_file_store(settings)))
    left = rotated.remaining + resealed.remaining
    print(
        f"Sous la clé « {get_current_key().id} » : {rotated.encrypted} valeurs, {resealed.encrypted} fichiers, "
        f"{rotated.indexed} demandes indexées de nouveau"
    )
    if left:
        sys.exit(
            f"{left} données tiennent encore à une autre clé : gardez-la, voyez le journal, et relancez la commande."
        )
    print("Plus rien ne tient à une autre clé : les autres peuvent sortir de ENCRYPTION_KEYS.")


def encrypt_stored_files() -> None:
    """What was joined before files were sealed. With the migrations: what is served is never read in clear."""
    encrypt_clear_files(build_file_store(settings).folder)
