"""WebP, still and animated: chunks on a list are kept, in each frame too; the header says what is left.

Source: RFC 9649, 2.
"""

import struct
from collections.abc import Iterator

from app.domain.attachments.metadata.exif import exif_of, read_orientation
from app.domain.attachments.metadata.icc import clean_icc
from app.domain.attachments.metadata.parts import Budget, Malformed, take

_PICTURE = {b"VP8 ", b"VP8L", b"ALPH", b"ANIM"}
_HAS_PROFILE, _HAS_ALPHA, _HAS_EXIF, _IS_ANIMATED = 0x20, 0x10, 0x08, 0x02
_FRAME_HEADER = 16
MOST_CHUNKS = 50_000


def clean_webp(source: bytes) -> bytes:
    """Raises Malformed."""
    if take(source, 0, 4) != b"RIFF" or take(source, 8, 4) != b"WEBP":
        raise Malformed("no WebP")
    body, budget = take(source, 12, int.from_bytes(take(source, 4, 4), "little") - 4), Budget(MOST_CHUNKS)
    found = list(_chunks(body, budget))
    extended = bool(found) and found[0][0] == b"VP8X"
    kept = [chunk for kind, data in found for chunk in _kept(kind, data, budget)]
    if not kept:
        raise Malformed("no picture")
    whole = b"".join(_extended(found, kept) if extended else kept)
    return b"RIFF" + struct.pack("<I", len(whole) + 4) + b"WEBP" + whole


def _chunks(body: bytes, budget: Budget) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(body):
        budget.spend()
        kind, size = struct.unpack("<4sI", take(body, at, 8))
        yield kind, take(body, at + 8, size)
        at += 8 + size + size % 2


def _chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def _kept(kind: bytes, data: bytes, budget: Budget) -> list[bytes]:
    if kind == b"ANMF":
        frame = _chunks(data[_FRAME_HEADER:], budget)
        inside = [_chunk(part, content) for part, content in frame if part in _PICTURE - {b"ANIM"}]
        return [_chunk(kind, take(data, 0, _FRAME_HEADER) + b"".join(inside))]
    return [_chunk(kind, data)] if kind in _PICTURE else []


def _extended(found: list[tuple[bytes, bytes]], kept: list[bytes]) -> list[bytes]:
    """The header of a file with more than one picture's bytes, then its profile, the picture, its orientation."""
    parts = dict(reversed(found))  # the first of each kind
    header = take(parts[b"VP8X"], 0, 10)
    profile = clean_icc(parts.get(b"ICCP", b""))
    exif = exif_of(read_orientation(parts.get(b"EXIF", b"")))
    flags = header[0] & (_HAS_ALPHA | _IS_ANIMATED)
    flags |= (_HAS_PROFILE if profile else 0) | (_HAS_EXIF if exif else 0)
    return [
        _chunk(b"VP8X", bytes([flags]) + bytes(3) + header[4:]),
        *([_chunk(b"ICCP", profile)] if profile else []),
        *kept,
        *([_chunk(b"EXIF", exif)] if exif else []),
    ]
