"""python -m app erase-due: the daily job, by hand. Safe beside a running server, and to run again after a kill."""

import sys
from datetime import UTC, datetime

from app.cli.database import database
from app.domain.cases.lifecycle.erasure import Erased, erase_due
from app.domain.files.removal import bytes_removed
from app.domain.platform.state import in_maintenance
from app.gateways.files.store import Files, files_for
from app.server.background import sweeps
from app.settings import settings


async def erase_now(kept: Files | None = None) -> Erased:
    """kept: where the attachments are, when it is not where the settings say."""
    files, now = kept or files_for(settings), datetime.now(UTC)
    async with database():
        bytes_removed.connect(files.forget)
        if await in_maintenance():
            sys.exit("Une maintenance est en cours : rien n’est effacé avant sa fin.")
        done = await erase_due(now)
        for job in sweeps(files):
            await job.run(now)
        return done
