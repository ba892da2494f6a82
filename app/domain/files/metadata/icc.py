"""Colour profiles: numbers are kept, texts are not. A screen's profile names its model, and sometimes its owner."""

import struct
import zlib

from app.domain.files.metadata.byte_reader import Budget, Malformed, read_bytes

_CURVES = {b"rTRC", b"gTRC", b"bTRC", b"kTRC"}
_POINTS = {b"rXYZ", b"gXYZ", b"bXYZ", b"wtpt", b"bkpt", b"lumi", b"chad", b"chrm", b"cicp"}
_TABLES = {name + bytes([number]) for name in (b"A2B", b"B2A", b"D2B", b"B2D") for number in b"0123"} | {b"gamt"}
_ALLOWED_TAGS = _CURVES | _POINTS | _TABLES
_HEADER = 128
_MAX_TAGS = 100
MAX_PROFILE_BYTES = 4 * 1024 * 1024
"""For a profile before compression, in every image format. The largest, of printers, have 0.5 to 3 MB."""
_PLACEHOLDER_TEXT = "-"


def clean_icc(profile: bytes) -> bytes:
    """The same colours without names or dates; empty for a profile that is malformed or too large.

    Without a profile, colours are sRGB.
    """
    if len(profile) > MAX_PROFILE_BYTES:
        return b""
    try:
        return _rebuild_profile(profile)
    except (Malformed, struct.error):
        return b""


def clean_compressed_icc(compressed: bytes) -> bytes:
    """Takes and returns a profile under zlib."""
    try:
        cleaned = clean_icc(zlib.decompressobj().decompress(compressed, MAX_PROFILE_BYTES + 1))
    except zlib.error:
        return b""
    return zlib.compress(cleaned) if cleaned else b""


def _rebuild_profile(profile: bytes) -> bytes:
    header = _clean_header(read_bytes(profile, 0, _HEADER))
    tags = _add_required_texts(_read_allowed_tags(profile), modern=header[8] >= 4)
    table, data, places = b"", b"", dict[bytes, int]()
    start = _HEADER + 4 + 12 * len(tags)
    for name, value in tags.items():
        if value not in places:
            places[value] = start + len(data)
            data += value + bytes(-len(value) % 4)
        table += name + struct.pack(">II", places[value], len(value))
    whole = header + struct.pack(">I", len(tags)) + table + data
    return struct.pack(">I", len(whole)) + whole[4:]


def _clean_header(header: bytes) -> bytes:
    """Removes preferred CMM, date, platform, maker, model, creator and fingerprint (ICC.1 7.2)."""
    if header[36:40] != b"acsp":
        raise Malformed("no colour profile")
    blank = bytearray(header)
    for start, end in ((4, 8), (24, 36), (40, 44), (48, 56), (80, 128)):
        blank[start:end] = bytes(end - start)
    return bytes(blank)


def _read_allowed_tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, _HEADER)
    if count > _MAX_TAGS:
        raise Malformed("too many tags")
    kept, places, left = dict[bytes, bytes](), set[tuple[int, int]](), Budget(len(profile))
    for number in range(count):
        name, start, size = struct.unpack_from(">4sII", profile, _HEADER + 4 + 12 * number)
        if name in _ALLOWED_TAGS:
            left.spend(0 if (start, size) in places else size)  # tags may share a place, and may not overlap
            places.add((start, size))
            kept[name] = read_bytes(profile, start, size)
    if not kept:
        raise Malformed("no colour")
    return kept


def _add_required_texts(tags: dict[bytes, bytes], *, modern: bool) -> dict[bytes, bytes]:
    """Readers refuse a profile without a description and a copyright."""
    if modern:
        text = (
            b"mluc" + struct.pack(">IIIHHII", 0, 1, 12, 0x656E, 0x5553, 2, 28) + _PLACEHOLDER_TEXT.encode("utf-16-be")
        )
        return {b"desc": text, b"cprt": text, **tags}
    plain = _PLACEHOLDER_TEXT.encode() + b"\0"
    described = b"desc" + struct.pack(">II", 0, len(plain)) + plain + bytes(4 + 4 + 2 + 1 + 67)
    return {b"desc": described, b"cprt": b"text" + bytes(4) + plain, **tags}
