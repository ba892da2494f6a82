"""PNG and APNG: chunks on a list are kept, other optional ones are removed, and bytes after the end too.

Source: PNG, third edition (W3C, 2025), 5.3 and 11.
"""

import struct
import zlib
from collections.abc import Iterator

from app.domain.files.metadata.byte_reader import Budget, Malformed, read_bytes
from app.domain.files.metadata.exif import UPRIGHT, build_exif, read_orientation
from app.domain.files.metadata.icc import clean_compressed_icc

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_REQUIRED_CHUNKS = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
_CHUNK_SIZES = {
    b"cHRM": 32,
    b"gAMA": 4,
    b"sRGB": 1,
    b"pHYs": 9,
    b"cICP": 4,
    b"mDCV": 24,
    b"cLLI": 8,
    b"acTL": 8,
    b"fcTL": 26,
}
_SIZES_BY_COLOUR_TYPE = {
    b"tRNS": {0: 2, 2: 6},
    b"bKGD": {0: 2, 2: 6, 3: 1, 4: 2, 6: 6},
    b"sBIT": {0: 1, 2: 3, 3: 3, 4: 2, 6: 4},
}
"""Chunk -> colour type in IHDR -> bytes. With a palette, tRNS has at most one byte for each colour."""
_REPEATABLE_CHUNKS = {b"IDAT", b"fcTL", b"fdAT"}
_OPTIONAL_CHUNKS = {*_CHUNK_SIZES, *_SIZES_BY_COLOUR_TYPE, b"fdAT"}
MAX_CHUNKS = 100_000


def clean_png(source: bytes) -> bytes:
    """Raises Malformed."""
    kept, profiles, orientation, seen = list[bytes](), list[bytes](), UPRIGHT, dict[bytes, bytes]()
    for kind, data in _read_chunks(source):
        if kind in _REQUIRED_CHUNKS:
            kept.append(_build_chunk(kind, b"" if kind == b"IEND" else data))
        elif kind in _OPTIONAL_CHUNKS:
            kept += [_build_chunk(kind, data)] if _has_exact_size(kind, data, seen) else []
        elif kind == b"iCCP":
            profiles.append(data)
        elif kind == b"eXIf":
            orientation = read_orientation(data)
        elif kind[:1].isupper():
            raise Malformed("a chunk that must be understood, and is not")
        if kind in seen and kind in _REQUIRED_CHUNKS - _REPEATABLE_CHUNKS:
            raise Malformed("twice the same chunk")
        seen.setdefault(kind, data)
    exif = build_exif(orientation)
    opening = [*_build_profile_chunk(profiles), *([_build_chunk(b"eXIf", exif)] if exif else [])]
    return _SIGNATURE + kept[0] + b"".join([*opening, *kept[1:]])


def _read_chunks(source: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yields type and data of each chunk, until IEND."""
    if read_bytes(source, 0, 8) != _SIGNATURE or read_bytes(source, 12, 4) != b"IHDR":
        raise Malformed("no PNG")
    at, kind, budget = 8, b"", Budget(MAX_CHUNKS)
    while kind != b"IEND":
        budget.spend()
        size, kind = struct.unpack(">I4s", read_bytes(source, at, 8))
        if (kind == b"IHDR" and size != 13) or (kind == b"PLTE" and (size % 3 or size > 768)):
            raise Malformed("a header or a table of colours of another size")
        yield kind, read_bytes(source, at + 8, size)
        read_bytes(source, at + 8 + size, 4)
        at += 12 + size


def _has_exact_size(kind: bytes, data: bytes, seen: dict[bytes, bytes]) -> bool:
    """Whether the chunk has its format's size and is the first of its type. Animation chunks need acTL before."""
    if kind in (b"fcTL", b"fdAT"):
        return b"acTL" in seen and (kind == b"fdAT" or len(data) == _CHUNK_SIZES[kind])
    if kind in seen:
        return False
    colours = seen[b"IHDR"][9]
    if kind == b"tRNS" and colours == 3:
        return 3 * len(data) <= len(seen.get(b"PLTE", b""))
    return len(data) == (_CHUNK_SIZES[kind] if kind in _CHUNK_SIZES else _SIZES_BY_COLOUR_TYPE[kind].get(colours))


def _build_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _build_profile_chunk(found: list[bytes]) -> list[bytes]:
    """Only the first profile: a name, the compression (0), then the content. The name is removed."""
    cleaned = clean_compressed_icc(found[0].partition(b"\0")[2][1:]) if found else b""
    return [_build_chunk(b"iCCP", b"-\0\0" + cleaned)] if cleaned else []
