"""The bytes on the disk, and the previews drawn of them."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import sys
import threading
from shutil import copyfile
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID, uuid4

import pytest
from PIL import Image

from app.domain.files.cleaned_upload import accept_file
from app.domain.files.file_type import MediaType
from app.domain.files.store import AcceptedFile, PdfState
from app.domain.files.test_opening import make_encrypted_pdf
from app.gateways.files import sandbox
from app.gateways.files import store as module
from app.gateways.files.encrypted_file import HEADER_SIZE, MAGIC
from app.gateways.files.previews import MAX_BYTES, PreviewWorker
from app.gateways.files.reencrypt import encrypt_clear_files
from app.settings.keys import Key
from app.tests.support.attachments_fixtures import PDF, make_picture
from db.encryption import MissingKeyError, UnreadableError, use_keys
from db.encryption_stream import FRAME_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.gateways.files.store import EncryptedFileStore


def anything(_: BinaryIO) -> AcceptedFile:
    return AcceptedFile(MediaType.PDF)


async def keep(files: EncryptedFileStore, content: bytes) -> UUID:
    one = uuid4()
    await files.write_chunk(one, 0, content)
    await files.complete_upload(one, anything, 1)
    await files.delete_chunks(one)
    return one


async def test_a_sealed_file_is_its_bytes_under_its_id_for_its_owner_alone(
    files: EncryptedFileStore, tmp_path: Path
) -> None:
    one = await keep(files, PDF)

    folder = tmp_path / "pieces"
    assert [entry.name for entry in folder.iterdir()] == [str(one)]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / str(one)).stat().st_mode) == 0o600
    assert b"".join([piece async for piece in files.read(one)]) == PDF


async def test_what_is_not_accepted_is_not_kept(files: EncryptedFileStore, tmp_path: Path) -> None:
    def refuse(_: BinaryIO) -> AcceptedFile:
        raise ValueError("not this")

    one = uuid4()
    await files.write_chunk(one, 0, b"MZ")
    with pytest.raises(ValueError, match="not this"):
        await files.complete_upload(one, refuse, 1)
    files.delete([one])
    assert list((tmp_path / "pieces").iterdir()) == []


async def test_a_late_piece_changes_nothing_that_was_accepted(files: EncryptedFileStore) -> None:
    one = uuid4()
    await files.write_chunk(one, 0, PDF)
    sealed = await files.complete_upload(one, anything, 1)
    await files.write_chunk(one, 0, b"something else")
    assert await files.has_digest(one, sealed.digest)


LARGE = os.urandom(2 * FRAME_SIZE) + b"the last frame, shorter"


async def kept_bytes(files: EncryptedFileStore, one: UUID) -> bytes:
    return b"".join([piece async for piece in files.read(one)])


async def test_what_lies_there_shows_nothing_whole_in_pieces_or_drawn(
    files: EncryptedFileStore, tmp_path: Path
) -> None:
    one, half = await keep(files, LARGE + PDF), uuid4()
    await files.write_chunk(half, 0, b"half of a letter to " + PDF)
    await PreviewWorker(files).load_preview(await keep(files, make_picture()), 1)

    lying = {path: path.read_bytes() for path in (tmp_path / "pieces").rglob("*") if path.is_file()}
    assert len(lying) == 4
    for hidden in (b"%PDF", b"Catalog", b"half of", b"last frame", b"JFIF", b"RIFF", LARGE[5000:5016]):
        assert not [path for path, raw in lying.items() if hidden in raw], hidden
    assert await kept_bytes(files, one) == LARGE + PDF


@pytest.mark.parametrize("size", [0, 1, FRAME_SIZE - 1, FRAME_SIZE, FRAME_SIZE + 1, 2 * FRAME_SIZE, 2 * FRAME_SIZE + 5])
async def test_each_size_comes_back_whole_and_from_anywhere(files: EncryptedFileStore, size: int) -> None:
    content = LARGE[:size]
    one = await keep(files, content)

    assert await kept_bytes(files, one) == content
    with files.open(one) as opened:
        for start in (0, size // 2, FRAME_SIZE - 3, size):
            opened.seek(start)
            assert opened.read(10) == content[start : start + 10]
        assert opened.seek(0, os.SEEK_END) == size


def exchanged(sealed: bytes) -> bytes:
    first, second = (
        sealed[HEADER_SIZE : HEADER_SIZE + FRAME_SIZE + 16],
        sealed[HEADER_SIZE + FRAME_SIZE + 16 : HEADER_SIZE + 2 * (FRAME_SIZE + 16)],
    )
    return sealed[:HEADER_SIZE] + second + first + sealed[HEADER_SIZE + 2 * (FRAME_SIZE + 16) :]


def flipped(sealed: bytes, at: int) -> bytes:
    changed = bytearray(sealed)
    changed[at] ^= 1
    return bytes(changed)


TAMPERED: dict[str, Callable[[bytes], bytes]] = {
    "a bit of the name of the key": lambda sealed: flipped(sealed, len(MAGIC)),
    "a bit of the salt": lambda sealed: flipped(sealed, HEADER_SIZE - 1),
    "a bit of the first frame": lambda sealed: flipped(sealed, HEADER_SIZE),
    "a bit of the middle": lambda sealed: flipped(sealed, HEADER_SIZE + FRAME_SIZE + 500),
    "the last bit": lambda sealed: flipped(sealed, -1),
    "two frames exchanged": exchanged,
    "the last frame gone": lambda sealed: sealed[: HEADER_SIZE + 2 * (FRAME_SIZE + 16)],
    "the last byte gone": lambda sealed: sealed[:-1],
    "all but the header gone": lambda sealed: sealed[:HEADER_SIZE],
    "half of the header": lambda sealed: sealed[: HEADER_SIZE // 2],
    "nothing left": lambda sealed: b"",
    "one more byte": lambda sealed: sealed + b"\0",
    "a frame twice": lambda sealed: sealed + sealed[HEADER_SIZE + 2 * (FRAME_SIZE + 16) :],
    "the clear bytes": lambda sealed: LARGE,
}


@pytest.mark.parametrize("how", TAMPERED)
async def test_what_was_tampered_with_gives_no_wrong_byte(files: EncryptedFileStore, how: str) -> None:
    """Not even without the digest: the frames before the altered place are the true ones."""
    one = uuid4()
    await files.write_chunk(one, 0, LARGE)
    digest = (await files.complete_upload(one, anything, 1)).digest
    files.build_path(one).write_bytes(TAMPERED[how](files.build_path(one).read_bytes()))

    came = b""
    with pytest.raises(UnreadableError):
        async for piece in files.read(one):
            came += piece
    assert LARGE.startswith(came) and len(came) < len(LARGE)
    if how != "a bit of the name of the key":
        assert not await files.has_digest(one, digest)


async def test_two_files_exchanged_are_noticed_and_so_are_a_piece_and_a_preview(
    files: EncryptedFileStore, tmp_path: Path
) -> None:
    one, other, half = await keep(files, make_picture()), await keep(files, PDF), uuid4()
    assert await PreviewWorker(files).load_preview(one, 1)
    files.build_path(one).replace(tmp_path / "aside")
    files.build_path(other).replace(files.build_path(one))
    (tmp_path / "aside").replace(files.build_path(other))
    for swapped in (one, other):
        with pytest.raises(UnreadableError):
            files.open(swapped).read()

    files.build_path(one, ".webp").replace(files.build_path(other, ".webp"))
    assert await PreviewWorker(files).load_preview(other, 1) is None
    await files.write_chunk(half, 0, b"first")
    await files.write_chunk(half, 5, b"second")
    copyfile(files.build_path(half, ".part") / "0", files.build_path(half, ".part") / "5")
    with pytest.raises(UnreadableError):
        await files.complete_upload(half, anything, 1)


async def test_a_piece_that_came_again_in_other_sizes_counts_once(files: EncryptedFileStore) -> None:
    one = uuid4()
    for start, piece in ((0, b"0123"), (4, b"456789"), (4, b"45"), (6, b"67"), (8, b"89")):
        await files.write_chunk(one, start, piece)
    await files.complete_upload(one, anything, 1)
    assert await kept_bytes(files, one) == b"0123456789"


async def test_a_hole_is_not_a_file(files: EncryptedFileStore) -> None:
    one = uuid4()
    await files.write_chunk(one, 0, b"01")
    await files.write_chunk(one, 4, b"45")
    with pytest.raises(OSError, match="missing"):
        await files.complete_upload(one, anything, 1)
    (files.build_path(one, ".part") / "0").unlink()
    with pytest.raises(OSError, match="missing"):
        await files.complete_upload(one, anything, 1)


async def test_what_lay_in_clear_is_sealed_once_and_goes_on(files: EncryptedFileStore, tmp_path: Path) -> None:
    """Former files in clear: a whole one, half of another, a preview."""
    whole, half = await keep(files, LARGE), uuid4()
    digest = hashlib.sha256(LARGE).hexdigest()
    files.build_path(whole).write_bytes(LARGE)
    files.build_path(whole, ".webp").write_bytes(b"RIFF")
    files.build_path(half, ".part").write_bytes(b"0123 and what was not counted")

    assert encrypt_clear_files(files.folder) == 3 and encrypt_clear_files(files.folder) == 0

    assert await files.has_digest(whole, digest) and not files.build_path(whole, ".webp").exists()
    await files.write_chunk(half, 4, b"4567")
    await files.complete_upload(half, anything, 1)
    assert await kept_bytes(files, half) == b"01234567"
    lying = [path for path in (tmp_path / "pieces").rglob("*") if path.is_file()]
    assert not [path for path in lying if b"not counted" in path.read_bytes()]


async def test_a_missing_key_is_said_and_an_old_one_still_reads(files: EncryptedFileStore) -> None:
    old, new = Key("old", b"o" * 32), Key("new", b"n" * 32)
    with use_keys(old):
        one = await keep(files, PDF)
    with use_keys(new, old):
        assert await kept_bytes(files, one) == PDF
    with use_keys(new), pytest.raises(MissingKeyError, match="old"):
        await files.has_digest(one, "")


async def test_one_changed_byte_is_noticed(files: EncryptedFileStore) -> None:
    one = uuid4()
    await files.write_chunk(one, 0, PDF)
    sealed = await files.complete_upload(one, anything, 1)
    path = files.build_path(one)
    path.write_bytes(PDF[:-1] + b"!")
    assert not await files.has_digest(one, sealed.digest)
    path.unlink()
    assert not await files.has_digest(one, sealed.digest)


async def test_what_has_lain_there_is_listed_and_interrupted_copies_are_deleted(
    files: EncryptedFileStore, tmp_path: Path
) -> None:
    old, new = await keep(files, PDF), await keep(files, PDF)
    interrupted = tmp_path / "pieces" / f"{old}.0123456789abcdef.part"
    interrupted.write_bytes(b"half")
    for path in (files.build_path(old), interrupted):
        os.utime(path, (0, 0))

    assert await files.list_stored_ids() == [old]
    assert not interrupted.exists() and files.build_path(new).exists()


@pytest.mark.parametrize(
    ("content", "size"),
    [(PDF, (192, 192)), (make_picture("JPEG", 1600, 800), (192, 96)), (make_picture("PNG", 30, 60), (30, 60))],
    ids=["pdf", "large", "small"],
)
async def test_a_preview_is_small_and_drawn_once(
    files: EncryptedFileStore, content: bytes, size: tuple[int, int]
) -> None:
    one, previews = await keep(files, content), PreviewWorker(files)

    drawn = await previews.load_preview(one, 1)

    assert drawn is not None and len(drawn) <= MAX_BYTES == 4096
    assert Image.open(io.BytesIO(drawn)).size == size
    files.build_path(one).unlink()
    assert await previews.load_preview(one, 1) == drawn
    files.delete([one])
    assert await previews.load_preview(one, 1) is None


async def test_a_hostile_file_has_no_preview_and_hurts_no_one(files: EncryptedFileStore, tmp_path: Path) -> None:
    for content in (b"%PDF-1.4 nothing", b"\x89PNG\r\n\x1a\n", make_picture()[:200]):
        one = await keep(files, content)
        assert await PreviewWorker(files).load_preview(one, 1) is None and files.load_preview(one) == b""
    assert not [entry for entry in (tmp_path / "pieces").iterdir() if entry.suffix == ".part"]


@pytest.mark.parametrize("unable", ["no place", "no process", "the reader hangs"])
def test_without_an_inspection_a_pdf_is_taken(
    unable: str, files: EncryptedFileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no proof that no reader opens it."""
    if unable == "no place":
        monkeypatch.setattr(module, "INSPECTION_TIMEOUT", 0.01)
        monkeypatch.setattr(sandbox, "_slots", threading.BoundedSemaphore(1))
        sandbox._slots.acquire()
    elif unable == "no process":
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
    else:
        monkeypatch.setattr(sandbox, "PROCESS_TIMEOUT", 0.001)
    assert accept_file(io.BytesIO(make_encrypted_pdf(b"secret")), "relevé.pdf", files).media_type == MediaType.PDF
    assert files.inspect_pdf(io.BytesIO(PDF)) == PdfState.UNKNOWN
