"""python -m app clean-images: runs the job that cleans old images until none is left, and tries again the images
that the job has given up.

It may run while the server runs, and can be run again after an interruption.
"""

import asyncio

from app.cli.database import open_database
from app.domain.files.clean_stored_images import CleaningCounts, clean_all
from app.gateways.files.store import build_file_store
from app.settings import settings


async def _clean_all_images() -> CleaningCounts:
    async with open_database():
        return await clean_all(build_file_store(settings))


def clean_images() -> None:
    done = asyncio.run(_clean_all_images())
    print(
        f"Images déjà jointes : {done.cleaned} débarrassées de leurs métadonnées, {done.already_clean} qui "
        f"n’en avaient pas, {done.refused} que l’on ne sait pas lire, laissées comme elles sont venues, "
        f"{done.absent} dont le fichier n’est plus là, {done.unread} qui ne s’ouvrent pas aujourd’hui."
    )
