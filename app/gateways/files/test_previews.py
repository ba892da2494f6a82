"""Previews: each drawn once, small, within three seconds, and never at the cost of another person's."""

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
from app.gateways.files.previews import MOST_BYTES, Previews
from app.gateways.files.sandbox import NotDrawn, NotStarted
from app.gateways.files.sandboxed_process import SECONDS
from app.gateways.files.test_store import keep
from app.tests.support.attachments_fixtures import PDF, heavy_pdf, picture

if TYPE_CHECKING:
    from uuid import UUID

    from app.gateways.files.store import Files

HONEST, HOSTILE = 1, 2
"""Two senders."""


def never(*_: object, **__: object) -> bytes:
    raise AssertionError("drawn again")


def grain(width: int, height: int) -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise((width, height), 120) for _ in range(3)])


def scan() -> Image.Image:
    """A letter of fine lines, grey paper, a little askew."""
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
    """96 pixels wide at most, 128 high, on the page; fine lines and grain compress worst of all."""
    for image in (scan(), grain(1200, 1600), grain(1600, 1200)):
        drawn = Image.open(io.BytesIO(light := draw_preview.draw(saved(image))))
        assert len(light) <= MOST_BYTES == draw_preview.MOST_BYTES
        assert drawn.width >= 96 or drawn.height >= 128
        assert drawn.width <= 192 and drawn.height <= 256
    assert len(draw_preview.encode_light(grain(192, 256))) <= MOST_BYTES


async def test_a_display_draws_nothing(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what was drawn, nor what could not be: by this process or by another, after a restart."""
    good, bad = await keep(files, PDF), await keep(files, b"%PDF-1.4 nothing")
    for one in (good, bad):
        await Previews(files).preview(one, HONEST)
    monkeypatch.setattr(previews, "draw", never)

    for shown in (Previews(files), Previews(files)):
        assert await shown.preview(good, HONEST) and await shown.preview(bad, HONEST) is None


async def test_what_is_asked_by_many_at_once_is_drawn_once(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """By two processes of the server as well."""
    one, drawn = await keep(files, PDF), list[str]()

    def slowly(task: str, *_: object, **__: object) -> bytes:
        drawn.append(task)
        time.sleep(0.1)
        return b"RIFF"

    monkeypatch.setattr(previews, "draw", slowly)
    first, second = Previews(files), Previews(files)
    asked = [each.preview(one, HONEST) for each in (first, second, first)]
    assert await asyncio.gather(*asked) == [b"RIFF"] * 3 and drawn == ["preview"]


async def test_a_heavy_pdf_costs_its_three_seconds_once(files: Files) -> None:
    """Less than 1 kB that took 10 s of processor at each display."""
    one, shown = await keep(files, heavy_pdf()), Previews(files)

    def spent() -> float:
        times = os.times()
        return times.children_user + times.children_system

    before = spent()
    assert await shown.preview(one, HOSTILE) is None
    first, before = spent() - before, spent()
    assert await shown.preview(one, HOSTILE) is None
    assert first <= SECONDS["preview"][0] + 0.5 and spent() == before


async def test_a_person_with_forty_files_delays_their_own_alone(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    ended, one_is_shown = list[int](), asyncio.Event()

    def slowly(*_: object, **__: object) -> bytes:
        time.sleep(0.02)
        return b"RIFF"

    async def shown(by: Previews, sender: int, one: UUID) -> None:
        await by.preview(one, sender)
        ended.append(sender)
        one_is_shown.set()

    monkeypatch.setattr(previews, "draw", slowly)
    by, kept = Previews(files), [await keep(files, PDF) for _ in range(42)]
    heavy = [asyncio.create_task(shown(by, HOSTILE, one)) for one in kept[:40]]
    await one_is_shown.wait()
    await asyncio.gather(shown(by, HONEST, kept[40]), shown(by, 3, kept[41]))
    before = ended.index(HONEST)
    await asyncio.gather(*heavy)
    assert ended[:before].count(HOSTILE) < 20, "not the last of forty"


async def test_what_is_received_is_drawn_before_anyone_asks(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, loop, keep_preview = asyncio.Event(), asyncio.get_running_loop(), files.keep_preview

    def kept_now(attachment_id: UUID, drawn: bytes) -> None:
        keep_preview(attachment_id, drawn)
        loop.call_soon_threadsafe(kept.set)

    monkeypatch.setattr(files, "keep_preview", kept_now)
    at_work = asyncio.create_task(Previews(files).work())
    await asyncio.sleep(0)
    one = await keep(files, picture())

    file_received.send(one, HONEST)

    await asyncio.wait_for(kept.wait(), 20)
    at_work.cancel()
    await asyncio.gather(at_work, return_exceptions=True)
    monkeypatch.setattr(previews, "draw", never)
    assert await Previews(files).preview(one, HONEST)


async def test_no_more_than_so_many_wait_for_their_drawing(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others wait for their first display."""
    begun, going_on = list[str](), threading.Event()

    def held(task: str, *_: object, **__: object) -> bytes:
        begun.append(task)
        going_on.wait(10)
        return b"RIFF"

    monkeypatch.setattr(previews, "draw", held)
    monkeypatch.setattr(previews, "MOST_WAITING", 3)
    by = Previews(files)
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


async def test_what_says_nothing_of_the_file_is_tried_again(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    one = await keep(files, PDF)

    def not_now(*_: object, **__: object) -> bytes:
        raise NotStarted

    monkeypatch.setattr(previews, "draw", not_now)
    assert await Previews(files).preview(one, HONEST) is None and files.preview(one) is None
    monkeypatch.undo()
    assert await Previews(files).preview(one, HONEST)


async def test_a_file_that_is_deleted_meanwhile_leaves_no_preview(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await keep(files, PDF)

    def deleted(*_: object, **__: object) -> bytes:
        files.forget([one])
        raise NotDrawn

    monkeypatch.setattr(previews, "draw", deleted)
    await Previews(files).preview(one, HONEST)
    assert list(files.folder.iterdir()) == []


async def test_a_preview_of_before_is_drawn_anew_once(files: Files) -> None:
    """At 480 pixels, up to 2 MB."""
    one = await keep(files, PDF)
    files.keep_preview(one, bytes(MOST_BYTES + 1))
    drawn = await Previews(files).preview(one, HONEST)
    assert drawn is not None and drawn.startswith(b"RIFF") and files.preview(one) == drawn
