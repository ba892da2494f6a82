"""Previews: each drawn once, small, within three seconds, and never at the cost of another person’s."""

from __future__ import annotations

import asyncio
import io
import os
import threading
import time
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw

from app.domain.cases.attachments.upload import file_received
from app.gateways.files import draw_preview, previews
from app.gateways.files.previews import MAX_BYTES, PreviewWorker
from app.gateways.files.sandbox import SandboxRejected, SandboxUnavailable
from app.gateways.files.sandboxed_process import TASK_LIMITS
from app.gateways.files.test_store import keep
from app.tests.support.attachments_fixtures import PDF, make_heavy_pdf, make_picture

if TYPE_CHECKING:
    from uuid import UUID

    from app.gateways.files.store import EncryptedFileStore

HONEST, HOSTILE = 1, 2
"""The ids of two senders."""


def never(*_: object, **__: object) -> bytes:
    raise AssertionError("drawn again")


def grain(width: int, height: int) -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise((width, height), 120) for _ in range(3)])


def scan() -> Image.Image:
    """A scanned page: fine lines, grey paper, a little askew."""
    page = Image.effect_noise((1240, 1754), 18).point(lambda light: min(255, light + 110)).convert("RGB")
    pen = ImageDraw.Draw(page)
    for line in range(80, 1700, 34):
        pen.text((90, line), "Attestation de droits, dossier du 12 mars " * 3, fill=(30, 30, 40), font_size=22)
    return page.rotate(1.2, fillcolor="white")


def saved(image: Image.Image) -> bytes:
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=85)
    return kept.getvalue()


def test_each_preview_is_light_and_no_smaller_than_the_page_shows_it() -> None:
    """On the page it is at most 96 pixels wide, 128 high; fine lines and grain compress worst of all."""
    for image in (scan(), grain(1200, 1600), grain(1600, 1200)):
        drawn = Image.open(io.BytesIO(light := draw_preview.draw_preview(saved(image))))
        assert len(light) <= MAX_BYTES == draw_preview.MAX_BYTES
        assert drawn.width >= 96 or drawn.height >= 128
        assert drawn.width <= 192 and drawn.height <= 256
    assert len(draw_preview.encode_small(grain(192, 256))) <= MAX_BYTES


async def test_a_display_draws_nothing(files: EncryptedFileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a drawn preview nor a failed one is drawn again: by this process, another one, or after a restart."""
    good, bad = await keep(files, PDF), await keep(files, b"%PDF-1.4 nothing")
    for one in (good, bad):
        await PreviewWorker(files).load_preview(one, HONEST)
    monkeypatch.setattr(previews, "run_in_sandbox", never)

    for shown in (PreviewWorker(files), PreviewWorker(files)):
        assert await shown.load_preview(good, HONEST) and await shown.load_preview(bad, HONEST) is None


async def test_what_is_asked_by_many_at_once_is_drawn_once(
    files: EncryptedFileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also by two processes of the server."""
    one, drawn = await keep(files, PDF), list[str]()

    def slowly(task: str, *_: object, **__: object) -> bytes:
        drawn.append(task)
        time.sleep(0.1)
        return b"RIFF"

    monkeypatch.setattr(previews, "run_in_sandbox", slowly)
    first, second = PreviewWorker(files), PreviewWorker(files)
    asked = [each.load_preview(one, HONEST) for each in (first, second, first)]
    assert await asyncio.gather(*asked) == [b"RIFF"] * 3 and drawn == ["preview"]


async def test_a_heavy_pdf_costs_its_three_seconds_once(files: EncryptedFileStore) -> None:
    """Less than 1 kB that would take 10 s of processor time at each display."""
    one, shown = await keep(files, make_heavy_pdf()), PreviewWorker(files)

    def spent() -> float:
        times = os.times()
        return times.children_user + times.children_system

    before = spent()
    assert await shown.load_preview(one, HOSTILE) is None
    first, before = spent() - before, spent()
    assert await shown.load_preview(one, HOSTILE) is None
    assert first <= TASK_LIMITS["preview"][0] + 0.5 and spent() == before


async def test_a_person_with_forty_files_delays_their_own_alone(
    files: EncryptedFileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, one_is_shown = list[int](), asyncio.Event()

    def slowly(*_: object, **__: object) -> bytes:
        time.sleep(0.02)
        return b"RIFF"

    async def shown(by: PreviewWorker, sender: int, one: UUID) -> None:
        await by.load_preview(one, sender)
        ended.append(sender)
        one_is_shown.set()

    monkeypatch.setattr(previews, "run_in_sandbox", slowly)
    by, kept = PreviewWorker(files), [await keep(files, PDF) for _ in range(42)]
    heavy = [asyncio.create_task(shown(by, HOSTILE, one)) for one in kept[:40]]
    await one_is_shown.wait()
    await asyncio.gather(shown(by, HONEST, kept[40]), shown(by, 3, kept[41]))
    before = ended.index(HONEST)
    await asyncio.gather(*heavy)
    assert ended[:before].count(HOSTILE) < 20, "not the last of forty"


async def test_what_is_received_is_drawn_before_anyone_asks(
    files: EncryptedFileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, loop, keep_preview = asyncio.Event(), asyncio.get_running_loop(), files.save_preview

    def kept_now(attachment_id: UUID, drawn: bytes) -> None:
        keep_preview(attachment_id, drawn)
        loop.call_soon_threadsafe(kept.set)

    monkeypatch.setattr(files, "save_preview", kept_now)
    at_work = asyncio.create_task(PreviewWorker(files).work())
    await asyncio.sleep(0)
    one = await keep(files, make_picture())

    file_received.send(one, HONEST)

    await asyncio.wait_for(kept.wait(), 20)
    at_work.cancel()
    await asyncio.gather(at_work, return_exceptions=True)
    monkeypatch.setattr(previews, "run_in_sandbox", never)
    assert await PreviewWorker(files).load_preview(one, HONEST)


async def test_no_more_than_so_many_wait_for_their_drawing(
    files: EncryptedFileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others wait for their first display."""
    begun, going_on = list[str](), threading.Event()

    def held(task: str, *_: object, **__: object) -> bytes:
        begun.append(task)
        going_on.wait(10)
        return b"RIFF"

    monkeypatch.setattr(previews, "run_in_sandbox", held)
    monkeypatch.setattr(previews, "MAX_QUEUED", 3)
    by = PreviewWorker(files)
    at_work = asyncio.create_task(by.work())
    for one in [await keep(files, PDF) for _ in range(8)]:
        file_received.send(one, HONEST)
        await asyncio.sleep(0.02)
    tasks = list(by._waiting)
    going_on.set()
    await asyncio.gather(*tasks)
    at_work.cancel()
    await asyncio.gather(at_work, return_exceptions=True)
    assert len(tasks) == len(begun) == 3


async def test_what_says_nothing_of_the_file_is_tried_again(
    files: EncryptedFileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await keep(files, PDF)

    def not_now(*_: object, **__: object) -> bytes:
        raise SandboxUnavailable

    monkeypatch.setattr(previews, "run_in_sandbox", not_now)
    assert await PreviewWorker(files).load_preview(one, HONEST) is None and files.load_preview(one) is None
    monkeypatch.undo()
    assert await PreviewWorker(files).load_preview(one, HONEST)


async def test_a_file_that_is_deleted_meanwhile_leaves_no_preview(
    files: EncryptedFileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await keep(files, PDF)

    def deleted(*_: object, **__: object) -> bytes:
        files.delete([one])
        raise SandboxRejected

    monkeypatch.setattr(previews, "run_in_sandbox", deleted)
    await PreviewWorker(files).load_preview(one, HONEST)
    assert list(files.folder.iterdir()) == []


async def test_a_preview_of_before_is_drawn_anew_once(files: EncryptedFileStore) -> None:
    """Older previews have 480 pixels and up to 2 MB."""
    one = await keep(files, PDF)
    files.save_preview(one, bytes(MAX_BYTES + 1))
    drawn = await PreviewWorker(files).load_preview(one, HONEST)
    assert drawn is not None and drawn.startswith(b"RIFF") and files.load_preview(one) == drawn
