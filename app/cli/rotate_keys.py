"""python -m app rotate-keys: encrypts all encrypted data again under the first key of ENCRYPTION_KEYS.

It is safe beside a running server, and can be run again after an interruption. docs/operations.md has the procedure.
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
    async with open_database():
        if await is_in_maintenance():
            sys.exit("Une maintenance est en cours : rien n’est chiffré de nouveau avant sa fin.")
        rotated = await reencrypt_database()
    return rotated, await asyncio.to_thread(reencrypt_files, files.folder)


def rotate_keys() -> None:
    """Prints what was done. Exit code 1 when another key is still needed."""
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
    """Encrypts files that an older release stored clear. It runs with the migrations: no clear file is ever served."""
    encrypt_clear_files(build_file_store(settings).folder)
