"""python -m app clean-images: the job that cleans old images, at once and to its end, with those that it gave up.

Safe beside a running server, and to run again after a kill.
"""

import asyncio

from app.cli.database import database
from app.domain.files.clean_stored_images import CleanedImages, clean_all
from app.gateways.files.store import files_for
from app.settings import settings


async def _clean_now() -> CleanedImages:
    async with database():
        return await clean_all(files_for(settings))


def clean_images() -> None:
    done = asyncio.run(_clean_now())
    print(
        f"Images déjà jointes : {done.cleaned} débarrassées de leurs métadonnées, {done.same} qui n’en avaient pas, "
        f"{done.refused} que l’on ne sait pas lire, laissées comme elles sont venues, {done.absent} dont le fichier "
        f"n’est plus là, {done.unread} qui ne s’ouvrent pas aujourd’hui."
    )
