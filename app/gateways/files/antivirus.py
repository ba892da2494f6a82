"""Scans every attachment with clamd, where CLAMD_URL is set, before it can be downloaded."""

import asyncio
import logging
from urllib.parse import urlsplit
from uuid import UUID

from aioclamd import ClamdAsyncClient, ClamdConnectionError, ResponseError

from app.domain.files.scan_state import ScanState
from app.domain.files.scanning import list_files_to_scan, record_scan_result, scan_queued
from app.gateways.files.store import EncryptedFileStore
from app.gateways.workers.heartbeat import record_heartbeat
from app.gateways.workers.loop import run_worker_loop
from db.encryption import MissingKeyError, UnreadableError

log = logging.getLogger("aplus.antivirus")
CLAMD_TIMEOUT = 120.0
RUN_INTERVAL = 10.0
SCAN_RESULTS = {"OK": ScanState.CLEAN, "FOUND": ScanState.INFECTED}


class Antivirus:
    """The URL is tcp://host:port."""

    def __init__(self, url: str, files: EncryptedFileStore) -> None:
        parts = urlsplit(url)
        self._clamd = ClamdAsyncClient(parts.hostname or "127.0.0.1", parts.port or 3310, timeout=CLAMD_TIMEOUT)
        self._files = files

    async def work(self) -> None:
        """Runs until cancelled."""
        await run_worker_loop(self.scan_pending, every=RUN_INTERVAL, wake=scan_queued, log=log)

    async def is_up(self) -> bool:
        try:
            return bool(await asyncio.wait_for(self._clamd.ping(), 2))
        except (ClamdConnectionError, OSError, TimeoutError):
            return False

    async def scan_pending(self) -> None:
        """Files stay « waiting » while clamd does not answer: they are stored, and cannot be downloaded."""
        for attachment_id in await list_files_to_scan():
            record_heartbeat()
            verdict = await self._scan_file(attachment_id)
            if verdict is not None:
                await record_scan_result(attachment_id, verdict)

    async def _scan_file(self, attachment_id: UUID) -> ScanState | None:
        """None when the scan must be tried again: clamd is down, or its answer is missing or incomplete."""
        try:
            answer = await self._send_to_clamd(attachment_id)
        except (ClamdConnectionError, MissingKeyError) as failure:
            log.warning("clamd could not be asked: %s", type(failure).__name__)
            return None
        except (FileNotFoundError, ResponseError, UnreadableError) as failure:
            log.warning("a file cannot be scanned: %s", type(failure).__name__)
            return ScanState.FAILED
        except OSError as failure:
            log.warning("clamd could not be asked: %s", type(failure).__name__)
            return None
        return SCAN_RESULTS.get(answer["stream"][0], ScanState.FAILED) if answer else None

    async def _send_to_clamd(self, attachment_id: UUID) -> dict[str, tuple[str, str | None]] | None:
        opened = await asyncio.to_thread(self._files.open, attachment_id)
        try:
            found: dict[str, tuple[str, str | None]] | None = await self._clamd.instream(opened)
            return found
        finally:
            opened.close()
