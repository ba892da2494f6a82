"""JPEG, without a new compression: picture segments are kept, comments and application segments removed (some are
rebuilt), other segments refused. Bytes after the picture are removed.

After the end, a phone adds other pictures (multi-picture format, gain map, Samsung's trailer), each may hold its
own GPS position. Source: ITU T.81 B.1, JFIF 1.02, ICC.1 B.4.
"""

import re
import struct
from collections.abc import Iterator

from app.domain.files.metadata.byte_reader import Budget, Malformed, Truncated, read_bytes
from app.domain.files.metadata.exif import UPRIGHT, build_exif, read_orientation
from app.domain.files.metadata.icc import clean_icc

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_SEQUENTIAL, _PROGRESSIVE = {0xC0, 0xC1, 0xC3, 0xC9, 0xCB}, {0xC2, 0xCA}
_FRAMES = _SEQUENTIAL | _PROGRESSIVE
_HUFFMAN, _ARITHMETIC, _QUANTISATION, _LINES, _RESTART = 0xC4, 0xCC, 0xDB, 0xDC, 0xDD
_PICTURE = _FRAMES | {_HUFFMAN, _ARITHMETIC, _QUANTISATION, _LINES, _RESTART, _SCAN}
"""Hierarchical frames (DHP, EXP) are not included: no reader supports them."""
_APP0, _APP1, _APP2, _APP14 = 0xE0, 0xE1, 0xE2, 0xEE
_REMOVED = set(range(0xE0, 0xF0)) | {0xFE}
"""Comments, and application segments. Some of these are written again."""
_AFTER_DATA = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_FILLING = re.compile(rb"\xff+")
_ICC = b"ICC_PROFILE\0"
_ICC_PIECE = 65_535 - 2 - len(_ICC) - 2
MAX_SEGMENTS = 20_000


def clean_jpeg(source: bytes, *, keep_orientation: bool = True) -> bytes:
    """With `keep_orientation`, the orientation is kept in a new Exif block. Raises Malformed.

    Without it, the JPEG is inside another format, which has the orientation. It may then be tables without a
    picture.
    """
    segments = list(_read_segments(source))
    _check_scans([(marker, body) for marker, body, _ in segments])
    if keep_orientation and not any(marker == _SCAN for marker, _, _ in segments):
        raise Malformed("no picture")
    removed = [(marker, body) for marker, body, _ in segments if marker in _REMOVED]
    picture = [
        _build_segment(marker, body) + data if marker != _END else b"\xff\xd9"
        for marker, body, data in segments
        if marker not in _REMOVED
    ]
    return b"\xff\xd8" + _build_first_segments(removed, keep_orientation=keep_orientation) + b"".join(picture)


def _read_segments(source: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yields marker, body, and the compressed data of a scan. A picture without an end segment is truncated."""
    if read_bytes(source, 0, 2) != b"\xff\xd8":
        raise Malformed("no JPEG")
    at, budget = 2, Budget(MAX_SEGMENTS)
    while True:
        budget.spend()
        marker, at = _read_marker(source, at)
        if marker == _END:
            yield _END, b"", b""
            return
        body = read_bytes(source, at + 2, int.from_bytes(read_bytes(source, at, 2)) - 2)
        if marker not in _REMOVED and not (marker in _PICTURE and _has_exact_size(marker, body)):
            raise Malformed(f"marker {marker:#x} of {len(body)} bytes")
        at += 2 + len(body)
        end = _find_data_end(source, at) if marker == _SCAN else at
        yield marker, body, source[at:end]
        at = end


def _has_exact_size(marker: int, body: bytes) -> bool:
    """Whether the segment has the size that its numbers give (T.81 B.2.2 to B.2.5), so that no text fits after them."""
    if marker in _FRAMES:
        return len(body) >= 9 and len(body) == 6 + 3 * body[5]
    if marker == _SCAN:
        return len(body) >= 6 and 1 <= body[0] <= 4 and len(body) == 4 + 2 * body[0]
    if marker == _ARITHMETIC:
        return len(body) % 2 == 0 and all(table >> 4 < 2 and table & 15 < 4 for table in body[::2])
    if marker in (_LINES, _RESTART):
        return len(body) == 2
    at = 0
    while at < len(body):
        at += 1 + (sum(body[at + 1 : at + 17]) + 16 if marker == _HUFFMAN else 128 if body[at] >> 4 else 64)
    return at == len(body)


def _check_scans(segments: list[tuple[int, bytes]]) -> None:
    """One frame, and one scan for each colour unless progressive: a second scan could hide text. Raises Malformed."""
    frames = [(marker, body) for marker, body in segments if marker in _FRAMES]
    scanned = [colour for marker, body in segments if marker == _SCAN for colour in body[1:-3:2]]
    if len(frames) > 1 or (scanned and not frames):
        raise Malformed("no frame, or several")
    known = {colour for _, body in frames for colour in body[6::3]}
    if not known.issuperset(scanned):
        raise Malformed("a scan of a colour that is not there")
    if frames and frames[0][0] in _SEQUENTIAL and len(set(scanned)) < len(scanned):
        raise Malformed("a colour that is scanned twice")


def _read_marker(source: bytes, at: int) -> tuple[int, int]:
    """The marker, and where its segment begins. Any number of FF may precede it (T.81 B.1.1.2)."""
    filling = _FILLING.match(source, at)
    if filling is None:
        raise Malformed("no marker") if at < len(source) else Truncated("no end")
    return read_bytes(source, filling.end(), 1)[0], filling.end() + 1


def _find_data_end(source: bytes, start: int) -> int:
    """In compressed data, FF is followed by 00 or by the number of a restart."""
    found = _AFTER_DATA.search(source, start)
    return found.start() if found else len(source)


def _build_segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def _build_first_segments(removed: list[tuple[int, bytes]], *, keep_orientation: bool) -> bytes:
    """The application segments that readers need, in the order that they expect."""
    jfif = [body for marker, body in removed if marker == _APP0 and body[:5] == b"JFIF\0" and len(body) >= 14]
    adobe = [body for marker, body in removed if marker == _APP14 and body[:5] == b"Adobe" and len(body) >= 12]
    exif = build_exif(_find_orientation(removed)) if keep_orientation else b""
    return b"".join(
        [
            *(_build_segment(_APP0, body[:12] + b"\0\0") for body in jfif[:1]),  # without its thumbnail
            *([_build_segment(_APP1, b"Exif\0\0" + exif)] if exif else []),
            *_build_profile_segments(removed),
            *(_build_segment(_APP14, body[:12]) for body in adobe[:1]),
        ]
    )


def _find_orientation(removed: list[tuple[int, bytes]]) -> int:
    blocks = [body for marker, body in removed if marker == _APP1 and body[:6] == b"Exif\0\0"]
    return read_orientation(blocks[0]) if blocks else UPRIGHT


def _build_profile_segments(removed: list[tuple[int, bytes]]) -> list[bytes]:
    """Each piece has its number and the total. A profile with a missing piece is removed."""
    found = {body[12]: body for marker, body in removed if marker == _APP2 and body[:12] == _ICC and len(body) > 14}
    total = {body[13] for body in found.values()}
    if total != {len(found)} or sorted(found) != list(range(1, len(found) + 1)):
        return []
    profile = clean_icc(b"".join(found[number][14:] for number in sorted(found)))
    pieces = [profile[start : start + _ICC_PIECE] for start in range(0, len(profile), _ICC_PIECE)]
    return [
        _build_segment(_APP2, _ICC + bytes([number, len(pieces)]) + piece)
        for number, piece in enumerate(pieces, start=1)
    ]
