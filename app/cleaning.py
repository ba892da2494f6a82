"""python -m app clean-images: metadata leaves the images that were stored before reception removed it.

Runs once by itself, with the migrations: a mark beside the attachments' folder says that it is done. Safe beside a
running server, and to run again after a kill.
"""

import asyncio
from pathlib import Path

from app.domain.attachments.stored_images import CleanedImages, clean_stored_images
from app.gateways.files import files_for
from app.settings import settings
from db.engine import current_engine


def _mark() -> Path:
    """Not in the folder: each name there is an attachment's."""
    return settings.var_folder / "pieces.nettoyees"


async def _clean_now() -> CleanedImages:
    engine = current_engine()
    await engine.start()
    try:
        return await clean_stored_images(files_for(settings))
    finally:
        await engine.stop()


def clean_images() -> None:
    """Says what was done. What does not open today is tried again with the next migrations."""
    done = asyncio.run(_clean_now())
    if done.cleaned or done.refused or done.unread:
        print(
            f"Images déjà jointes : {done.cleaned} débarrassées de leurs métadonnées, {done.refused} que l’on ne sait "
            f"pas lire, laissées comme elles sont venues, {done.unread} qui ne s’ouvrent pas aujourd’hui."
        )
    if not done.unread:
        _mark().touch(mode=0o600)


def clean_images_once() -> None:
    if not _mark().exists():
        clean_images()


def clean_images_again() -> None:
    """After a backup was put back: its images may be older than the mark."""
    _mark().unlink(missing_ok=True)
    clean_images()
