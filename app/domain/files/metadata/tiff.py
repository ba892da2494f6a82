"""TIFF: each page is written again with only the fields that make its pixels.

What a removed field points to is not copied. Source: TIFF 6.0, and its technical notes 1 and 2.
"""

import struct
from dataclasses import dataclass

from app.domain.files.metadata.byte_reader import Budget, Malformed, read_bytes
from app.domain.files.metadata.icc import clean_icc
from app.domain.files.metadata.jpeg import clean_jpeg

_TYPE_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
"""Field type -> bytes of a value."""
_SHORT, _LONG, _UNDEFINED = 3, 4, 7
_NUMBER_TYPES = {_SHORT, _LONG, 5, 8, 9, 10, 11, 12}
"""Types that can hold text are excluded: ASCII, BYTE, UNDEFINED."""
_SUBFILE, _COMPRESSION, _SUB_IFDS, _JPEG_TABLES, _PROFILE = 254, 259, 330, 347, 34675
_STRIPS, _TILES = (273, 279), (324, 325)
_ALLOWED_TAGS = (
    {254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 274, 277, 278, 280, 281, 282, 283, 284, 286, 287}
    | {290, 291, 292, 293, 296, 297, 301, 317, 318, 319, 320, 321, 322, 323, 326, 327, 328, 332, 334, 338, 339}
    | {342, 529, 530, 531, 532}
)
"""Size, layout, colours, compression, orientation, resolution, page number. No text."""
_COMPRESSIONS = {1, 2, 3, 4, 5, 8, 32773, 32946, 34661, 34925, 50000}
_JPEG = 7
MAX_PAGES = 500
MAX_FIELDS = 1000
MAX_STRIPS = 50_000
"""Strips and tiles of the whole file.

libtiff writes strips of 8 kB before compression: 12,700 for A4 in colours at 600 dpi, 530 in black and white. Ten pages
of 7,000 strips, one a line, are refused.
"""
MAX_VALUES = 200_000
"""Of one field: a table of 16-bit colours has three times 65,536 values."""

Field = tuple[int, int, bytes]
"""Type, number of values, their bytes."""


def clean_tiff(source: bytes) -> bytes:
    """Raises Malformed, also for BigTIFF, raw photos and old JPEG-in-TIFF, whose parts point anywhere."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(read_bytes(source, 0, 4))
    if order is None:
        raise Malformed("no TIFF")
    pages = [page for page in _read_pages(source, order) if page.is_full_size]
    if not pages:
        raise Malformed("no page")
    return _Writer(source, order).write(pages)


@dataclass(frozen=True)
class _Page:
    order: str
    fields: dict[int, Field]

    def read_numbers(self, tag: int) -> tuple[int, ...]:
        kind, count, data = self.fields.get(tag, (_SHORT, 0, b""))
        if kind not in (_SHORT, _LONG):
            raise Malformed(f"field {tag} is no number")
        return struct.unpack(f"{self.order}{count}{'H' if kind == _SHORT else 'I'}", data)

    @property
    def is_full_size(self) -> bool:
        """False for a thumbnail of another page."""
        return not any(flags & 1 for flags in self.read_numbers(_SUBFILE))


def _read_pages(source: bytes, order: str) -> list[_Page]:
    pages, seen, budget = list[_Page](), set[int](), Budget(len(source))
    (at,) = struct.unpack(order + "I", read_bytes(source, 4, 4))
    while at:
        if at in seen or len(seen) == MAX_PAGES:
            raise Malformed("pages in a circle, or too many")
        seen.add(at)
        (count,) = struct.unpack(order + "H", read_bytes(source, at, 2))
        if count > MAX_FIELDS:
            raise Malformed("too many fields")
        entries = read_bytes(source, at + 2, 12 * count + 4)
        pages.append(_read_page(source, order, entries[:-4], budget))
        (at,) = struct.unpack(order + "I", entries[-4:])
    return pages


def _read_page(source: bytes, order: str, entries: bytes, budget: Budget) -> _Page:
    """`budget` limits the bytes of the values of all pages, so that no two fields use the same bytes."""
    fields, wanted = dict[int, Field](), _ALLOWED_TAGS | {*_STRIPS, *_TILES, _JPEG_TABLES, _PROFILE}
    for at in range(0, len(entries), 12):
        tag, kind, count = struct.unpack_from(order + "HHI", entries, at)
        if tag in wanted and tag not in fields:
            if kind not in _NUMBER_TYPES and tag not in (_JPEG_TABLES, _PROFILE):
                raise Malformed(f"field {tag} is no number")
            if count > MAX_VALUES and tag != _PROFILE:
                raise Malformed(f"field {tag} has too many values")
            fields[tag] = kind, count, _read_value(source, order, kind, count, entries[at + 8 : at + 12])
            budget.spend(len(fields[tag][2]))
        elif tag == _SUB_IFDS:
            fields[tag] = _LONG, 0, b""
    page = _Page(order, fields)
    if _SUB_IFDS in fields and not page.is_full_size:
        raise Malformed("a raw photo: its true picture is elsewhere in the file")
    return page


def _read_value(source: bytes, order: str, kind: int, count: int, inline: bytes) -> bytes:
    """Up to four bytes are in the field itself, longer values elsewhere."""
    if kind not in _TYPE_SIZES or count == 0:
        raise Malformed(f"type {kind}, {count} values")
    size = _TYPE_SIZES[kind] * count
    return inline[:size] if size <= 4 else read_bytes(source, struct.unpack(order + "I", inline)[0], size)


class _Writer:
    def __init__(self, source: bytes, order: str) -> None:
        self._source, self._order = source, order
        self._out = bytearray(b"II*\0" if order == "<" else b"MM\0*") + bytes(4)
        self._pixels_left, self._strips_left = Budget(len(source)), Budget(MAX_STRIPS)

    def write(self, pages: list[_Page]) -> bytes:
        link = 4
        for page in pages:
            fields = self._build_fields(page)
            start = self._append(struct.pack(self._order + "H", len(fields)))
            struct.pack_into(self._order + "I", self._out, link, start)
            self._out += b"".join(fields) + bytes(4)
            link = len(self._out) - 4
        return bytes(self._out)

    def _append(self, data: bytes) -> int:
        """Returns the position of the data, always even (TIFF 6.0, 2)."""
        self._out += bytes(len(self._out) % 2)
        self._out += data
        return len(self._out) - len(data)

    def _build_fields(self, page: _Page) -> list[bytes]:
        """Sorted by tag. Their values and the pixels are written before them."""
        fields = {tag: field for tag, field in page.fields.items() if tag in _ALLOWED_TAGS} | self._write_pixels(page)
        if _PROFILE in page.fields and (profile := clean_icc(page.fields[_PROFILE][2])):
            fields[_PROFILE] = _UNDEFINED, len(profile), profile
        return [self._build_field(tag, *fields[tag]) for tag in sorted(fields)]

    def _build_field(self, tag: int, kind: int, count: int, data: bytes) -> bytes:
        inline = data.ljust(4, b"\0") if len(data) <= 4 else struct.pack(self._order + "I", self._append(data))
        return struct.pack(self._order + "HHI", tag, kind, count) + inline

    def _write_pixels(self, page: _Page) -> dict[int, Field]:
        in_jpeg = page.read_numbers(_COMPRESSION) == (_JPEG,)
        if not in_jpeg and not set(page.read_numbers(_COMPRESSION)) <= _COMPRESSIONS:
            raise Malformed("a compression that is not known")
        starts, sizes = _TILES if _TILES[0] in page.fields else _STRIPS
        pieces = list(zip(page.read_numbers(starts), page.read_numbers(sizes), strict=False))
        if (
            not pieces
            or len(page.read_numbers(starts)) != len(page.read_numbers(sizes))
            or not all(size for _, size in pieces)
        ):
            raise Malformed("no pixels, or of no size")
        self._strips_left.spend(len(pieces))
        places = [self._write_strip(start, size, in_jpeg=in_jpeg) for start, size in pieces]
        fields = {
            starts: self._build_long_field([start for start, _ in places]),
            sizes: self._build_long_field([size for _, size in places]),
        }
        if in_jpeg and _JPEG_TABLES in page.fields:
            tables = clean_jpeg(page.fields[_JPEG_TABLES][2], keep_orientation=False)
            fields[_JPEG_TABLES] = _UNDEFINED, len(tables), tables
        return fields

    def _write_strip(self, start: int, size: int, *, in_jpeg: bool) -> tuple[int, int]:
        """Overlapping strips are refused, because the output would grow without limit."""
        self._pixels_left.spend(size)
        piece = read_bytes(self._source, start, size)
        piece = clean_jpeg(piece, keep_orientation=False) if in_jpeg else piece
        return self._append(piece), len(piece)

    def _build_long_field(self, numbers: list[int]) -> Field:
        return _LONG, len(numbers), struct.pack(f"{self._order}{len(numbers)}I", *numbers)
