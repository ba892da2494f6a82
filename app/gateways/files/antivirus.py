"""clamd, where CLAMD_URL names one: every file is shown to it before a byte of it leaves."""

import asyncio
import logging
from urllib.parse import urlsplit
from uuid import UUID

from aioclamd import ClamdAsyncClient, ClamdConnectionError, ResponseError

from app.domain.files.scan_state import Scan
from app.domain.files.scanning import awaiting_verdict, scan_queued, settle
from app.gateways.files.store import Files
from app.gateways.workers.heartbeat import beat
from app.gateways.workers.loop import in_rounds
from db.encryption import MissingKeyError, UnreadableError

log = logging.getLogger("aplus.antivirus")
PATIENCE = 120.0
ROUND = 10.0
VERDICTS = {"OK": Scan.CLEAN, "FOUND": Scan.INFECTED}


class Antivirus:
    """tcp://host:port of a clamd."""

    def __init__(self, url: str, files: Files) -> None:
        parts = urlsplit(url)
        self._clamd = ClamdAsyncClient(parts.hostname or "127.0.0.1", parts.port or 3310, timeout=PATIENCE)
        self._files = files

    async def work(self) -> None:
        """Until cancelled."""
        await in_rounds(self.scan_waiting, every=ROUND, wake=scan_queued, log=log)

    async def answers(self) -> bool:
        """Whether clamd is there: for who watches."""
        try:
            return bool(await asyncio.wait_for(self._clamd.ping(), 2))
        except (ClamdConnectionError, OSError, TimeoutError):
            return False

    async def scan_waiting(self) -> None:
        """While clamd does not answer, files stay « waiting »: they are kept, and not handed out."""
        for attachment_id in await awaiting_verdict():
            beat()
            verdict = await self._verdict(attachment_id)
            if verdict is not None:
                await settle(attachment_id, verdict)

    async def _verdict(self, attachment_id: UUID) -> Scan | None:
        """None when it must be asked again: no clamd, no answer, half an answer."""
        try:
            answer = await self._ask(attachment_id)
        except (ClamdConnectionError, MissingKeyError) as failure:
            log.warning("clamd could not be asked: %s", type(failure).__name__)
            return None
        except (FileNotFoundError, ResponseError, UnreadableError) as failure:
            log.warning("a file cannot be scanned: %s", type(failure).__name__)
            return Scan.FAILED
        except OSError as failure:
            log.warning("clamd could not be asked: %s", type(failure).__name__)
            return None
        return VERDICTS.get(answer["stream"][0], Scan.FAILED) if answer else None

    async def _ask(self, attachment_id: UUID) -> dict[str, tuple[str, str | None]] | None:
        opened = await asyncio.to_thread(self._files.open, attachment_id)
        try:
            found: dict[str, tuple[str, str | None]] | None = await self._clamd.instream(opened)
            return found
        finally:
            opened.close()
