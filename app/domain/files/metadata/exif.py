"""Exif: only the orientation is read, and written in a new block."""

import struct

ORIENTATION = 0x0112
UPRIGHT = 1
_SHORT, _LONG = 3, 4
_FORMATS = {_SHORT: "H", _LONG: "I"}
"""Exif specifies SHORT; readers accept both, and some cameras write LONG."""
_MOST_ENTRIES = 1000


def read_orientation(exif: bytes) -> int:
    """From 1 to 8 (Exif 2.32, 4.6.4 A); 1 when it is absent or the block is damaged."""
    block = exif.removeprefix(b"Exif\0\0")
    try:
        found = _find_orientation(block, _read_byte_order(block))
    except (struct.error, KeyError):
        return UPRIGHT
    return found if 1 <= found <= 8 else UPRIGHT


def _read_byte_order(block: bytes) -> str:
    return {b"II*\0": "<", b"MM\0*": ">"}[block[:4]]


def _find_orientation(block: bytes, order: str) -> int:
    (start,) = struct.unpack_from(order + "I", block, 4)
    (count,) = struct.unpack_from(order + "H", block, start)
    for number in range(min(count, _MOST_ENTRIES)):
        tag, kind = struct.unpack_from(order + "HH", block, start + 2 + 12 * number)
        if tag == ORIENTATION and kind in _FORMATS:
            return int(struct.unpack_from(order + _FORMATS[kind], block, start + 10 + 12 * number)[0])
    return UPRIGHT


def build_exif(orientation: int) -> bytes:
    """A whole Exif block with the orientation only; empty for an upright image."""
    if orientation == UPRIGHT:
        return b""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, ORIENTATION, _SHORT, 1, orientation, 0, 0)
