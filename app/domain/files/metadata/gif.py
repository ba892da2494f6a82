"""GIF: images, their delays and the number of loops are kept. Comments, texts and application blocks are removed.

XMP is an application block. Bytes after the end are removed. Source: GIF89a, 17 to 27.
"""

from app.domain.files.metadata.byte_reader import Budget, Malformed, read_bytes

_IMAGE, _EXTENSION, _TRAILER = b"\x2c", b"\x21", b"\x3b"
_CONTROL, _APPLICATION = b"\xf9", b"\xff"
_LOOPS = {b"NETSCAPE2.0", b"ANIMEXTS1.0"}
MAX_BLOCKS = 200_000
"""Each block has at most 255 bytes: 10 MB have 41,000 full blocks."""


def clean_gif(source: bytes) -> bytes:
    """Raises Malformed."""
    if read_bytes(source, 0, 6) not in {b"GIF87a", b"GIF89a"}:
        raise Malformed("no GIF")
    at = 13 + _measure_colour_table(read_bytes(source, 10, 1)[0])
    kept, images, budget = [read_bytes(source, 0, at)], 0, Budget(MAX_BLOCKS)
    while at < len(source) and source[at : at + 1] != _TRAILER:
        start, image = at, source[at : at + 1] == _IMAGE
        at = _find_block_end(source, start, budget)
        kept.append(source[start:at] if image else _clean_extension(source[start:at]))
        images += image
    if not images:
        raise Malformed("no image")
    return b"".join(kept) + _TRAILER


def _measure_colour_table(flags: int) -> int:
    """In bytes."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _find_block_end(source: bytes, start: int, budget: Budget) -> int:
    introducer = source[start : start + 1]
    if introducer == _IMAGE:
        header = read_bytes(source, start, 10)
        return _find_data_end(source, start + 10 + _measure_colour_table(header[9]) + 1, budget)
    if introducer == _EXTENSION:
        return _find_data_end(source, start + 2, budget)
    if introducer == b"\0":  # an extra terminator, which readers skip
        budget.spend()
        return start + 1
    raise Malformed("no block begins so")


def _find_data_end(source: bytes, at: int, budget: Budget) -> int:
    """Data is in pieces of at most 255 bytes, each after its length. A length of 0 ends them."""
    while size := read_bytes(source, at, 1)[0]:
        budget.spend()
        at += 1 + size
    budget.spend()
    return at + 1


def _clean_extension(block: bytes) -> bytes:
    if block[1:2] == _CONTROL and block[2:3] == b"\x04":
        return read_bytes(block, 0, 7) + b"\0"
    if block[1:2] == _APPLICATION and block[3:14] in _LOOPS and block[14:16] == b"\x03\x01":
        return read_bytes(block, 0, 18) + b"\0"
    return b""
