"""The bytes on the disk, and the small previews drawn of them."""

from __future__ import annotations

import io
import os
import stat
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID, uuid4

import pytest
from PIL import Image

from app.domain.attachments.conftest import PDF, picture
from app.gateways.previews import Previews

if TYPE_CHECKING:
    from pathlib import Path

    from app.gateways.files import Files


def anything(_: BinaryIO) -> str:
    return "application/pdf"


async def keep(files: Files, content: bytes) -> UUID:
    one = uuid4()
    await files.write(one, 0, content)
    await files.seal(one, anything)
    await files.tidy(one)
    return one


async def test_a_sealed_file_is_its_bytes_under_its_id_for_its_owner_alone(files: Files, tmp_path: Path) -> None:
    one = await keep(files, PDF)

    folder = tmp_path / "pieces"
    assert [entry.name for entry in folder.iterdir()] == [str(one)]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / str(one)).stat().st_mode) == 0o600
    assert b"".join([piece async for piece in files.read(one)]) == PDF


async def test_what_is_not_accepted_is_not_kept(files: Files, tmp_path: Path) -> None:
    def refuse(_: BinaryIO) -> str:
        raise ValueError("not this")

    one = uuid4()
    await files.write(one, 0, b"MZ")
    with pytest.raises(ValueError, match="not this"):
        await files.seal(one, refuse)
    files.forget([one])
    assert list((tmp_path / "pieces").iterdir()) == []


async def test_a_late_piece_changes_nothing_that_was_accepted(files: Files) -> None:
    one = uuid4()
    await files.write(one, 0, PDF)
    sealed = await files.seal(one, anything)
    await files.write(one, 0, b"something else")
    assert await files.matches(one, sealed.digest)


async def test_one_changed_byte_is_noticed(files: Files) -> None:
    one = uuid4()
    await files.write(one, 0, PDF)
    sealed = await files.seal(one, anything)
    path = files.path(one)
    path.write_bytes(PDF[:-1] + b"!")
    assert not await files.matches(one, sealed.digest)
    path.unlink()
    assert not await files.matches(one, sealed.digest)


async def test_what_has_lain_there_is_listed_and_interrupted_copies_are_deleted(files: Files, tmp_path: Path) -> None:
    old, new = await keep(files, PDF), await keep(files, PDF)
    interrupted = tmp_path / "pieces" / f"{old}.0123456789abcdef.part"
    interrupted.write_bytes(b"half")
    for path in (files.path(old), interrupted):
        os.utime(path, (0, 0))

    assert await files.kept() == [old]
    assert not interrupted.exists() and files.path(new).exists()


@pytest.mark.parametrize(
    ("content", "size"),
    [(PDF, (480, 480)), (picture("JPEG", 1600, 800), (480, 240)), (picture("PNG", 30, 60), (30, 60))],
    ids=["pdf", "large", "small"],
)
async def test_a_preview_is_small_and_drawn_once(files: Files, content: bytes, size: tuple[int, int]) -> None:
    one, previews = await keep(files, content), Previews(files)

    drawn = await previews.preview(one)

    assert drawn is not None and len(drawn) < 20_000
    assert Image.open(io.BytesIO(drawn)).size == size
    files.path(one).unlink()
    assert await previews.preview(one) == drawn
    files.forget([one])
    assert await previews.preview(one) is None


async def test_a_hostile_file_has_no_preview_and_hurts_nobody(files: Files, tmp_path: Path) -> None:
    for content in (b"%PDF-1.4 nothing", b"\x89PNG\r\n\x1a\n", picture()[:200]):
        assert await Previews(files).preview(await keep(files, content)) is None
    assert not [entry for entry in (tmp_path / "pieces").iterdir() if entry.suffix in {".webp", ".part"}]
