"""WebP, still and animated: chunks on a list are kept, in each frame too; the header says what is left.

Source: RFC 9649, 2.
"""

import struct
from collections.abc import Iterator

from app.domain.files.metadata.exif import exif_of, read_orientation
from app.domain.files.metadata.icc import clean_icc
from app.domain.files.metadata.parts import Budget, Malformed, take

_PICTURES = (b"VP8 ", b"VP8L")
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
    flags = take(found[0][1], 0, 10)[0] if extended else 0
    kept = _animation(found, budget) if flags & _IS_ANIMATED else _picture(found, with_alpha=bool(flags & _HAS_ALPHA))
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


def _picture(found: list[tuple[bytes, bytes]], *, with_alpha: bool) -> list[bytes]:
    """One picture, and before it its transparency where it has one beside it."""
    pictures = [(kind, data) for kind, data in found if kind in _PICTURES]
    if len(pictures) != 1:
        raise Malformed("no picture, or several")
    alphas = [data for kind, data in found if kind == b"ALPH"] if with_alpha and pictures[0][0] == b"VP8 " else []
    if len(alphas) > 1:
        raise Malformed("several transparencies")
    return [*(_chunk(b"ALPH", data) for data in alphas), _chunk(*pictures[0])]


def _animation(found: list[tuple[bytes, bytes]], budget: Budget) -> list[bytes]:
    loops = [_chunk(kind, take(data, 0, 6)) for kind, data in found if kind == b"ANIM"]
    frames = [_chunk(kind, _frame(data, budget)) for kind, data in found if kind == b"ANMF"]
    if not frames:
        raise Malformed("no frame")
    return [*loops[:1], *frames]


def _frame(data: bytes, budget: Budget) -> bytes:
    inside = list(_chunks(data[_FRAME_HEADER:], budget))
    return take(data, 0, _FRAME_HEADER) + b"".join(_picture(inside, with_alpha=True))


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
