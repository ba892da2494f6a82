"""python -m app erase-due: runs the daily erasure by hand. It is safe beside a running server, and can be run again."""

import sys
from datetime import UTC, datetime

from app.cli.database import open_database
from app.domain.cases.lifecycle.erasure import ErasureCounts, erase_due
from app.domain.files.removal import bytes_removed
from app.domain.platform.state import is_in_maintenance
from app.gateways.files.store import EncryptedFileStore, build_file_store
from app.server.background import list_retention_jobs
from app.settings import settings


async def erase_due_data(files: EncryptedFileStore | None = None) -> ErasureCounts:
    """files: another folder of attachments than that of the settings."""
    files, now = files or build_file_store(settings), datetime.now(UTC)
    async with open_database():
        bytes_removed.connect(files.delete)
        if await is_in_maintenance():
            sys.exit("Une maintenance est en cours : rien n’est effacé avant sa fin.")
        done = await erase_due(now)
        for job in list_retention_jobs(files):
            await job.run(now)
        return done
