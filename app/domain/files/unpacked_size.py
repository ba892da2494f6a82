"""What an office file unpacks to, measured: its table of contents is read, then each entry is unpacked and counted.

Sizes are declared by the file, and may lie; a program that opens it unpacks what is there. Nothing is kept in memory
but a piece at a time. Source: APPNOTE.TXT 6.3.10, 4.3.7 and 4.3.12; Fifield, « A better zip bomb » (2019).
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
    """More entries, or more bytes once unpacked, than a person's document has."""


class InconsistentArchive(Exception):
    """An entry is not what the table of contents says of it."""


def check_entries(file: BinaryIO) -> None:
    """Before zipfile reads the table, which may announce any number: each entry begins by the same mark there.

    Raises TooLarge.
    """
    file.seek(0)
    if file.read().count(_CENTRAL_SIGNATURE) > MAX_ENTRIES:
        raise TooLarge
    file.seek(0)


def check_compression(entry: zipfile.ZipInfo) -> None:
    """Others take memory as the file pleases, before the first byte. Raises Deceitful."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InconsistentArchive("a compression that office files do not have")


def measure_unpacked_size(file: BinaryIO, entries: Sequence[zipfile.ZipInfo]) -> int:
    """How many bytes they unpack to. Raises TooLarge; Deceitful, as soon as an entry is not what is said of it.

    No byte is read twice: entries that lie upon each other are refused, so the work is bounded by the file.
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
    """Where it begins: after its own header, whose names have lengths of their own."""
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER_SIZE)
    if len(header) < _LOCAL_HEADER_SIZE or not header.startswith(_LOCAL_SIGNATURE):
        raise InconsistentArchive("no entry there")
    name, extra = struct.unpack("<HH", header[26:])
    return entry.header_offset + _LOCAL_HEADER_SIZE + int(name) + int(extra)


def _measure_entry(file: BinaryIO, entry: zipfile.ZipInfo, start: int) -> int:
    """No further than one byte more than it says."""
    file.seek(start)
    if entry.compress_type == zipfile.ZIP_STORED:
        return len(file.read(entry.compress_size))
    check_compression(entry)
    return _measure_inflated(file, entry.compress_size, entry.file_size + 1)


def _measure_inflated(file: BinaryIO, packed: int, limit: int) -> int:
    """Stops at `most`. Raises Deceitful, zlib.error."""
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
    """What this source gives, a piece at a time: the last of it may be held until it is asked again."""
    count, piece = 0, b"first"
    while count < limit and not inflater.eof and (source or piece):
        piece = inflater.decompress(source, min(_CHUNK_SIZE, limit - count))
        source = inflater.unconsumed_tail
        count += len(piece)
    return count
