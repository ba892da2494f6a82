"""SQLite’s write-ahead log, replayed commit by commit: what a thief of the two files sees of the past.

Source: sqlite.org/fileformat2.html, « The Write-Ahead Log »: a frame is a page; one with a size ends a commit.
"""

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from db.engine import get_current_engine
from db.sqlite_engine import PooledSQLiteEngine

DatabaseRows = dict[str, list[tuple[Any, ...]]]
"""table -> its rows, in stored order."""
_HEADER, _FRAME = 32, 24


async def disable_checkpoints() -> None:
    """Empties the log; from now on nothing moves from it into the file."""
    engine = get_current_engine()
    assert isinstance(engine, PooledSQLiteEngine) and await engine.truncate_wal()
    await engine.writer.execute("PRAGMA wal_autocheckpoint = 0")


def replay_commits(path: Path) -> Iterator[bytes]:
    """The whole file without its log, then after each commit."""
    pages, log = bytearray(path.read_bytes()), path.with_name(f"{path.name}-wal").read_bytes()
    yield bytes(pages)
    size = struct.unpack(">I", log[8:12])[0]
    for at in range(_HEADER, len(log), _FRAME + size):
        number, count = struct.unpack(">II", log[at : at + 8])
        assert log[at + 8 : at + 16] == log[16:24], "a frame of an older log"
        pages.extend(bytes(max(0, number * size - len(pages))))
        pages[(number - 1) * size : number * size] = log[at + _FRAME : at + _FRAME + size]
        if count:
            del pages[count * size :]
            yield bytes(pages)


def read_all_rows(file: bytes) -> DatabaseRows:
    """Every row of every table. The file is marked as written without a log, so that it is read alone."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(file[:18] + b"\x01\x01" + file[20:])
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        read = 'SELECT rowid, * FROM "{}" ORDER BY rowid'
        return {name: database.execute(read.format(name)).fetchall() for (name,) in tables.fetchall()}
