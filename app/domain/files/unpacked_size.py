"""Measures the unpacked size of an office file: reads its table of contents, then unpacks and counts each entry.

The declared sizes may be false, and a program that opens the file unpacks its real content. Only one piece at a time is
in memory. Source: APPNOTE.TXT 6.3.10, 4.3.7 and 4.3.12; Fifield, « A better zip bomb » (2019).
"""

import struct
import zipfile
import zlib
from collections.abc import Sequence
from typing import BinaryIO

MAX_ENTRIES = 3000
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
_CENTRAL_SIGNATURE, _LOCAL_SIGNATURE = b"PK\1\2", b"PK\3\4"
_LOCAL_HEADER_SIZE = 30
_CHUNK_SIZE = 256 * 1024


class TooLarge(Exception):
    """More entries, or more unpacked bytes, than an ordinary document has."""


class InconsistentArchive(Exception):
    """An entry does not match the table of contents."""


def check_entries(file: BinaryIO) -> None:
    """Counts the signatures of entries before zipfile reads the table, which may announce any number.

    Raises TooLarge.
    """
    file.seek(0)
    if file.read().count(_CENTRAL_SIGNATURE) > MAX_ENTRIES:
        raise TooLarge
    file.seek(0)


def check_compression(entry: zipfile.ZipInfo) -> None:
    """Other compressions can use any amount of memory before the first byte. Raises InconsistentArchive."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InconsistentArchive("a compression that office files do not have")


def measure_unpacked_size(file: BinaryIO, entries: Sequence[zipfile.ZipInfo]) -> int:
    """The number of unpacked bytes. Raises TooLarge; InconsistentArchive at the first entry that does not match.

    No byte is read twice: overlapping entries are refused, so the file's size bounds the work.
    """
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise TooLarge
    end, unpacked = 0, 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        start = _find_content_start(file, entry)
        if entry.header_offset < end:
            raise InconsistentArchive("entries upon each other")
        end = start + entry.compress_size
        if _measure_entry(file, entry, start) != entry.file_size:
            raise InconsistentArchive("another size than it says")
        unpacked += entry.file_size
    return unpacked


def _find_content_start(file: BinaryIO, entry: zipfile.ZipInfo) -> int:
    """The content follows the entry's own header, which has its own lengths of names."""
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER_SIZE)
    if len(header) < _LOCAL_HEADER_SIZE or not header.startswith(_LOCAL_SIGNATURE):
        raise InconsistentArchive("no entry there")
    name, extra = struct.unpack("<HH", header[26:])
    return entry.header_offset + _LOCAL_HEADER_SIZE + int(name) + int(extra)


def _measure_entry(file: BinaryIO, entry: zipfile.ZipInfo, start: int) -> int:
    """Stops one byte after the declared size."""
    file.seek(start)
    if entry.compress_type == zipfile.ZIP_STORED:
        return len(file.read(entry.compress_size))
    check_compression(entry)
    return _measure_inflated(file, entry.compress_size, entry.file_size + 1)


def _measure_inflated(file: BinaryIO, packed: int, limit: int) -> int:
    """Stops at `limit`. Raises InconsistentArchive, zlib.error."""
    inflater, count = zlib.decompressobj(-zlib.MAX_WBITS), 0
    while packed and not inflater.eof and count < limit:
        source = file.read(min(packed, _CHUNK_SIZE))
        if not source:
            raise InconsistentArchive("its end is missing")
        packed -= len(source)
        count += _inflate_chunk(inflater, source, limit - count)
        packed += len(inflater.unused_data)
    if count < limit and (packed or not inflater.eof):
        raise InconsistentArchive("its content ends elsewhere than it says")
    return count


def _inflate_chunk(inflater: "zlib._Decompress", source: bytes, limit: int) -> int:
    """The number of bytes that `source` gives. The decompressor may hold the last bytes until the next call."""
    count, piece = 0, b"first"
    while count < limit and not inflater.eof and (source or piece):
        piece = inflater.decompress(source, min(_CHUNK_SIZE, limit - count))
        source = inflater.unconsumed_tail
        count += len(piece)
    return count
