"""python -m app rotate-keys: all that lies encrypted, sealed again under the first key of ENCRYPTION_KEYS.

Safe beside a running server, and to run again after a kill: what is done is done. docs/operations.md has the procedure.
"""

import asyncio
import sys

from app.cli.database import database
from app.domain.operations.key_rotation import Rotated, rotate
from app.domain.platform.state import in_maintenance
from app.gateways.files.reencrypt import Resealed, reseal, seal_what_is_not
from app.gateways.files.store import Files, files_for
from app.settings import settings
from db.encryption import current_key


async def rotate_now(files: Files) -> tuple[Rotated, Resealed]:
    """The database, then the files."""
    async with database():
        if await in_maintenance():
            sys.exit("Une maintenance est en cours : rien n’est chiffré de nouveau avant sa fin.")
        rotated = await rotate()
    return rotated, await asyncio.to_thread(reseal, files.folder)


def rotate_keys() -> None:
    """Says what was done, and whether another key is still needed: exit code 1 then."""
    rotated, resealed = asyncio.run(rotate_now(files_for(settings)))
    left = rotated.left + resealed.left
    print(
        f"Sous la clé « {current_key().id} » : {rotated.sealed} valeurs, {resealed.sealed} fichiers, "
        f"{rotated.indexed} demandes indexées de nouveau"
    )
    if left:
        sys.exit(
            f"{left} données tiennent encore à une autre clé : gardez-la, voyez le journal, et relancez la commande."
        )
    print("Plus rien ne tient à une autre clé : les autres peuvent sortir de ENCRYPTION_KEYS.")


def seal_files() -> None:
    """What was joined before files were sealed. With the migrations: what is served is never read in clear."""
    seal_what_is_not(files_for(settings).folder)
