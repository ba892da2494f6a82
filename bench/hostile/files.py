"""Draws a PDF of less than 1 kB that would take a minute: the cost of its display, and another person’s wait."""

import asyncio
import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

from app.domain.files.file_type import MediaType
from app.domain.files.store import AcceptedFile
from app.gateways.files.previews import PreviewWorker
from app.gateways.files.sandboxed_process import TASK_LIMITS
from app.gateways.files.store import EncryptedFileStore
from app.tests.support.attachments_fixtures import PDF, make_heavy_pdf
from bench.hostile.table import report

HOSTILE, HONEST, FILES, DISPLAYS = 1, 2, 10, 3
MOST_WAIT = 2 * TASK_LIMITS["preview"][1]
"""Seconds: a drawing under way and one’s own, on two cores."""


def attack() -> int:
    return asyncio.run(_attack())


async def _attack() -> int:
    with TemporaryDirectory() as folder:
        files = EncryptedFileStore(Path(folder), requires_scan=False)
        previews = PreviewWorker(files)
        one = await _keep(files, make_heavy_pdf())
        displays = [await _cost(previews, one) for _ in range(DISPLAYS)]
        waited = await _wait_behind(files, previews)
    print("  seconds of processor, display by display:", *(f"{cost:.2f}" for cost in displays))
    print(f"  another person's preview, behind {FILES} of them: {waited:.2f} s")
    most = [TASK_LIMITS["preview"][0] + 0.5, *(0.1 for _ in displays[1:])]
    costs = [f"{cost:.1f} s" if cost > bound else "" for cost, bound in zip(displays, most, strict=True)]
    return max(
        report("a heavy PDF displayed", costs),
        report("waiting behind another's", [f"{waited:.1f} s" if waited > MOST_WAIT else ""]),
    )


async def _keep(files: EncryptedFileStore, content: bytes) -> UUID:
    one = uuid4()
    await files.write_chunk(one, 0, content)
    await files.complete_upload(one, lambda _: AcceptedFile(MediaType.PDF), HOSTILE)
    return one


async def _cost(previews: PreviewWorker, one: UUID) -> float:
    before = os.times()
    await previews.load_preview(one, HOSTILE)
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


async def _wait_behind(files: EncryptedFileStore, previews: PreviewWorker) -> float:
    # the hostile files come first, all at once
    heavy = [await _keep(files, make_heavy_pdf()) for _ in range(FILES)]
    tasks = [asyncio.create_task(previews.load_preview(one, HOSTILE)) for one in heavy]
    await asyncio.sleep(0.5)
    asked = time.monotonic()
    await previews.load_preview(await _keep(files, PDF), HONEST)
    waited = time.monotonic() - asked
    for task in tasks:
        task.cancel()
    return waited
