"""PNG and APNG: chunks on a list are kept, the rest of the optional ones go, and what follows the end is cut.

Source: PNG, third edition (W3C, 2025), 5.3 and 11.
"""

import struct
import zlib
from collections.abc import Iterator

from app.domain.attachments.metadata.exif import UPRIGHT, exif_of, read_orientation
from app.domain.attachments.metadata.icc import clean_compressed_icc
from app.domain.attachments.metadata.parts import Budget, Malformed, take

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_NEEDED = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
_COLOURS = {b"tRNS", b"cHRM", b"gAMA", b"sRGB", b"sBIT", b"bKGD", b"hIST", b"pHYs", b"cICP", b"mDCV", b"cLLI"}
_ANIMATION = {b"acTL", b"fcTL", b"fdAT"}
_KEPT = _NEEDED | _COLOURS | _ANIMATION
MOST_CHUNKS = 100_000


def clean_png(source: bytes) -> bytes:
    """Raises Malformed."""
    kept, profiles, orientation = list[bytes](), list[bytes](), UPRIGHT
    for kind, data in _chunks(source):
        if kind in _KEPT:
            kept.append(_chunk(kind, data))
        elif kind == b"iCCP":
            profiles.append(data)
        elif kind == b"eXIf":
            orientation = read_orientation(data)
        elif kind[:1].isupper():
            raise Malformed("a chunk that must be understood, and is not")
    exif = exif_of(orientation)
    opening = [*_profile(profiles), *([_chunk(b"eXIf", exif)] if exif else [])]
    return _SIGNATURE + kept[0] + b"".join([*opening, *kept[1:]])


def _chunks(source: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and data, as far as IEND."""
    if take(source, 0, 8) != _SIGNATURE or take(source, 12, 4) != b"IHDR":
        raise Malformed("no PNG")
    at, kind, budget = 8, b"", Budget(MOST_CHUNKS)
    while kind != b"IEND":
        budget.spend()
        size, kind = struct.unpack(">I4s", take(source, at, 8))
        yield kind, take(source, at + 8, size)
        take(source, at + 8 + size, 4)
        at += 12 + size


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _profile(found: list[bytes]) -> list[bytes]:
    """Of the first alone: a name, the number of its compression (0), then the profile. The name goes."""
    cleaned = clean_compressed_icc(found[0].partition(b"\0")[2][1:]) if found else b""
    return [_chunk(b"iCCP", b"-\0\0" + cleaned)] if cleaned else []
