"""WebP, still and animated: chunks on a list are kept, in each frame too. The header is rebuilt.

Source: RFC 9649, 2.
"""

import struct
from collections.abc import Iterator

from app.domain.files.metadata.byte_reader import Budget, Malformed, read_bytes
from app.domain.files.metadata.exif import build_exif, read_orientation
from app.domain.files.metadata.icc import clean_icc

_PICTURES = (b"VP8 ", b"VP8L")
_HAS_PROFILE, _HAS_ALPHA, _HAS_EXIF, _IS_ANIMATED = 0x20, 0x10, 0x08, 0x02
_FRAME_HEADER = 16
MAX_CHUNKS = 50_000


def clean_webp(source: bytes) -> bytes:
    """Raises Malformed."""
    if read_bytes(source, 0, 4) != b"RIFF" or read_bytes(source, 8, 4) != b"WEBP":
        raise Malformed("no WebP")
    body, budget = read_bytes(source, 12, int.from_bytes(read_bytes(source, 4, 4), "little") - 4), Budget(MAX_CHUNKS)
    found = list(_read_chunks(body, budget))
    extended = bool(found) and found[0][0] == b"VP8X"
    flags = read_bytes(found[0][1], 0, 10)[0] if extended else 0
    kept = (
        _clean_animation(found, budget)
        if flags & _IS_ANIMATED
        else _clean_picture(found, with_alpha=bool(flags & _HAS_ALPHA))
    )
    whole = b"".join(_build_extended_chunks(found, kept) if extended else kept)
    return b"RIFF" + struct.pack("<I", len(whole) + 4) + b"WEBP" + whole


def _read_chunks(body: bytes, budget: Budget) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(body):
        budget.spend()
        kind, size = struct.unpack("<4sI", read_bytes(body, at, 8))
        yield kind, read_bytes(body, at + 8, size)
        at += 8 + size + size % 2


def _build_chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def _clean_picture(found: list[tuple[bytes, bytes]], *, with_alpha: bool) -> list[bytes]:
    """One picture, after its separate transparency if it has one."""
    pictures = [(kind, data) for kind, data in found if kind in _PICTURES]
    if len(pictures) != 1:
        raise Malformed("no picture, or several")
    alphas = [data for kind, data in found if kind == b"ALPH"] if with_alpha and pictures[0][0] == b"VP8 " else []
    if len(alphas) > 1:
        raise Malformed("several transparencies")
    return [*(_build_chunk(b"ALPH", data) for data in alphas), _build_chunk(*pictures[0])]


def _clean_animation(found: list[tuple[bytes, bytes]], budget: Budget) -> list[bytes]:
    loops = [_build_chunk(kind, read_bytes(data, 0, 6)) for kind, data in found if kind == b"ANIM"]
    frames = [_build_chunk(kind, _clean_frame(data, budget)) for kind, data in found if kind == b"ANMF"]
    if not frames:
        raise Malformed("no frame")
    return [*loops[:1], *frames]


def _clean_frame(data: bytes, budget: Budget) -> bytes:
    inside = list(_read_chunks(data[_FRAME_HEADER:], budget))
    return read_bytes(data, 0, _FRAME_HEADER) + b"".join(_clean_picture(inside, with_alpha=True))


def _build_extended_chunks(found: list[tuple[bytes, bytes]], kept: list[bytes]) -> list[bytes]:
    """In the required order: header, profile, picture, orientation."""
    parts = dict(reversed(found))  # the first of each kind
    header = read_bytes(parts[b"VP8X"], 0, 10)
    profile = clean_icc(parts.get(b"ICCP", b""))
    exif = build_exif(read_orientation(parts.get(b"EXIF", b"")))
    flags = header[0] & (_HAS_ALPHA | _IS_ANIMATED)
    flags |= (_HAS_PROFILE if profile else 0) | (_HAS_EXIF if exif else 0)
    return [
        _build_chunk(b"VP8X", bytes([flags]) + bytes(3) + header[4:]),
        *([_build_chunk(b"ICCP", profile)] if profile else []),
        *kept,
        *([_build_chunk(b"EXIF", exif)] if exif else []),
    ]
