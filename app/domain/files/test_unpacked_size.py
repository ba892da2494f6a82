"""An office file with a false unpacked size is detected, in little time and little memory."""

import io
import os
import struct
import time
import tracemalloc
import zipfile

import pytest

from app.domain.files.file_type import MediaType, detect_media_type
from app.domain.files.limits import MAX_FILE_BYTES, RefusedFile
from app.domain.files.unpacked_size import (
    MAX_ENTRIES,
    MAX_UNPACKED_BYTES,
    InconsistentArchive,
    TooLarge,
    measure_unpacked_size,
)
from app.tests.support.attachments_fixtures import make_zip

PARTS = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}
BOMB = make_zip(PARTS | {"word/media/a.bin": b"\0" * (MAX_UNPACKED_BYTES + 1)})


def declaring(source: bytes, true: int, said: int) -> bytes:
    """Replaces the unpacked size in the table of contents and beside the entry."""
    assert source.count(struct.pack("<I", true)) == 2
    return source.replace(struct.pack("<I", true), struct.pack("<I", said))


def table_of(source: bytes) -> tuple[bytes, list[bytes], bytes]:
    """The bytes before the table of contents, its rows, and its end."""
    size, start = struct.unpack("<II", source[-10:-2])
    rows = [b"PK\1\2" + row for row in source[start : start + size].split(b"PK\1\2")[1:]]
    return source[:start], rows, source[-22:]


def with_rows(source: bytes, rows: list[bytes], announced: int) -> bytes:
    before, _, end = table_of(source)
    table = b"".join(rows)
    sizes = struct.pack("<HHII", announced, announced, len(table), len(before))
    return before + table + end[:8] + sizes + end[20:]


def overlapping(count: int) -> bytes:
    """Rows that all name one entry: each program unpacks it that many times."""
    source = make_zip(PARTS | {"word/media/a.bin": b"\0" * (4 * 1024 * 1024)})
    *others, last = table_of(source)[1]
    named = [last.replace(b"a.bin", b"%05d" % number) for number in range(count)]
    return with_rows(source, [*others, *named], len(others) + count)


def nothings(count: int) -> bytes:
    """One entry of so many empty blocks, and an end: slow to unpack, into no byte, as declared."""
    blocks = b"\0\0\0\xff\xff" * count + b"\3\0"
    kept = io.BytesIO(make_zip(PARTS))
    with zipfile.ZipFile(kept, "a", zipfile.ZIP_STORED) as opened:
        opened.writestr("word/media/a.bin", blocks)
    *others, last = table_of(kept.getvalue())[1]
    said = struct.pack("<H", zipfile.ZIP_DEFLATED) + last[12:16] + struct.pack("<III", 0, len(blocks), 0)
    return with_rows(kept.getvalue(), [*others, last[:10] + said + last[28:]], len(others) + 1)


def many(count: int, announced: int) -> bytes:
    source = make_zip(PARTS)
    rows = table_of(source)[1]
    return with_rows(
        source, [*rows, *(rows[-1].replace(b"document", b"%08d" % number) for number in range(count))], announced
    )


def by(method: int) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", method) as opened:
        for name, content in PARTS.items():
            opened.writestr(name, content * 100)
    return kept.getvalue()


HOSTILE = {
    "a bomb": (BOMB, "trop de place"),
    "a bomb that says it is small": (declaring(BOMB, MAX_UNPACKED_BYTES + 1, 1000), "abîmé"),
    "a bomb that says it is half as large": (declaring(BOMB, MAX_UNPACKED_BYTES + 1, MAX_UNPACKED_BYTES // 2), "abîmé"),
    "one that says it is larger": (declaring(make_zip(PARTS | {"a": b"x" * 999_983}), 999_983, 999_999), "abîmé"),
    "entries upon each other": (overlapping(40), "abîmé"),
    "too many of them": (overlapping(2000), "trop de place"),
    "a hundred thousand entries": (many(100_000, 60_000), "trop de place"),
    "as many, that are not announced": (many(100_000, 2), "trop de place"),
    "another compression": (by(zipfile.ZIP_BZIP2), "abîmé"),
    "yet another": (by(zipfile.ZIP_LZMA), "abîmé"),
    "an archive in an archive": (make_zip({"a.zip": make_zip({"b.zip": BOMB})}), "archive"),
    "the table of another file": (make_zip(PARTS)[:-6] + b"\xff\xff\0\0\0\0", "abîmé"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_package_takes_little_time_and_memory(what: str) -> None:
    source, why = HOSTILE[what]
    assert len(source) <= MAX_FILE_BYTES + 1000
    tracemalloc.start()
    start = time.process_time()
    try:
        with pytest.raises(RefusedFile, match=why):
            detect_media_type(io.BytesIO(source), "lettre.docx")
        assert time.process_time() - start < 3 and tracemalloc.get_traced_memory()[1] < len(source) * 3 + 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("size", [0, 1, 257, 65_537, 262_144, 262_145, 3_000_001])
def test_what_an_honest_one_unpacks_to_is_what_is_measured(method: int, size: int) -> None:
    kept = io.BytesIO()
    contents = [os.urandom(size), b"a" * size, (os.urandom(50) + b" ") * (size // 51)]
    with zipfile.ZipFile(kept, "w", method) as opened:
        for number, content in enumerate(contents):
            opened.writestr(str(number), content)
    with zipfile.ZipFile(kept) as opened:
        assert measure_unpacked_size(kept, opened.infolist()) == sum(map(len, contents))


def test_one_that_was_written_as_a_stream_is_taken() -> None:
    """Sizes after each entry, and bytes before the first: as programs on servers write them."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation

    kept = Pipe()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in PARTS.items():
            opened.writestr(name, content)
    assert detect_media_type(io.BytesIO(kept.getvalue()), "lettre.docx") == MediaType.DOCX


def test_blocks_of_nothing_take_little_time() -> None:
    source, start = nothings(MAX_FILE_BYTES // 5 - 200), time.process_time()
    assert detect_media_type(io.BytesIO(source), "lettre.docx") == MediaType.DOCX and time.process_time() - start < 2


def test_an_office_file_within_another_is_taken_as_it_is() -> None:
    """The person who opens it unpacks it then."""
    assert (
        detect_media_type(io.BytesIO(make_zip(PARTS | {"word/embeddings/a.xlsx": BOMB})), "lettre.docx")
        == MediaType.DOCX
    )


def test_the_bounds_are_those_that_are_measured() -> None:
    entry = zipfile.ZipInfo("a")
    entry.file_size, entry.header_offset = MAX_UNPACKED_BYTES + 1, 0
    with pytest.raises(TooLarge):
        measure_unpacked_size(io.BytesIO(), [entry])
    entry.file_size = 1
    with pytest.raises(InconsistentArchive):
        measure_unpacked_size(io.BytesIO(), [entry])
    within = make_zip(PARTS | {f"word/{number}": b"" for number in range(MAX_ENTRIES - len(PARTS))})
    assert detect_media_type(io.BytesIO(within), "lettre.docx") == MediaType.DOCX
