"""Frames are read back as they were written, in any number; moved, repeated, dropped or cut, none decrypts."""

import hashlib
import io
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.cli.backup import encrypted_file
from app.cli.backup.encrypted_file import MAGIC, BackupError, BackupReader, BackupWriter, UnreadableBackupError
from app.cli.backup.restore import _check_copy
from app.cli.backup.snapshot import count_sqlite_rows
from app.cli.backup.write import write_atomically
from db import encryption_stream

KEY, SIZE = "k" * 40, 16
HEAD, SEALED = len(MAGIC) + 32, SIZE + 16 + 4


@pytest.fixture(autouse=True)
def small_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (encryption_stream, encrypted_file):
        monkeypatch.setattr(module, "FRAME_SIZE", SIZE)


def sealed(plain: bytes) -> bytes:
    target = io.BytesIO()
    sealer = BackupWriter(target, KEY)
    for start in range(0, len(plain), 7):
        sealer.write(plain[start : start + 7])
    sealer.close()
    return target.getvalue()


def opened(content: bytes, key: str = KEY) -> bytes:
    opener, plain = BackupReader(io.BufferedReader(io.BytesIO(content)), key), b""
    while piece := opener.read(5):
        plain += piece
    opener.read_to_end()
    return plain


@pytest.mark.parametrize("length", [0, 1, SIZE - 1, SIZE, SIZE + 1, 5 * SIZE, 5 * SIZE + 3])
def test_what_was_sealed_comes_back(length: int) -> None:
    plain = bytes(index % 251 for index in range(length))
    content = sealed(plain)
    assert opened(content) == plain
    with pytest.raises(UnreadableBackupError):
        opened(content, KEY[::-1] + "x")


def test_two_seals_of_the_same_have_nothing_in_common() -> None:
    one, other = sealed(b"a" * SIZE), sealed(b"a" * SIZE)
    assert one[len(MAGIC) : HEAD] != other[len(MAGIC) : HEAD] and one[HEAD + 4 :] != other[HEAD + 4 :]


def test_no_bit_can_be_changed() -> None:
    content = sealed(bytes(3 * SIZE))
    for index in range(len(content)):
        changed = bytearray(content)
        changed[index] ^= 1
        with pytest.raises(UnreadableBackupError):
            opened(bytes(changed))


def test_no_frame_can_be_moved_repeated_dropped_or_cut() -> None:
    content = sealed(bytes(range(4 * SIZE)))
    head, frames = content[:HEAD], [content[HEAD + at * SEALED :][:SEALED] for at in range(4)]
    first, second, third, last = frames
    for others in (
        [second, first, third, last],
        [first, first, second, third, last],
        [first, third, last],
        [first, second, third],
        [first, second, third, last, last],
        [],
    ):
        with pytest.raises(UnreadableBackupError):
            opened(head + b"".join(others))
    for length in range(len(content)):
        with pytest.raises(UnreadableBackupError):
            opened(content[:length])


WRITTEN_BEFORE = """
41504c55532d534155564547415244452d310a202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f
00000020d6c63d2cdcd87d09b3075e42f2134cb548d5d9f4b000454a5c638f9f5c2d25ab
00000020e75c8e4a9e681ab375c221fd71d4a2d18f3ef881aa0dc9917836607b6bcc1739
000000184524d7a73ccea2ced1c865c55b6a76bc20f66eff8071431b
"""
"""The salt is the bytes 32 to 63. Written by the code that preceded db/encryption_stream.py, in frames of 16 bytes."""
DIGESTS_BEFORE = {
    0: "daae1ee327db257ad4e0efe62fd635a7bc01e472fb593e7c531d69d6a993108c",
    1024 * 1024: "9edbd6089c579385d7862990029bad15f86fe1a5d625dc61888231a688b3d526",
    2 * 1024 * 1024 + 23: "5407488c86dc4b29e5a83eb137edfa7912847d18fee504c3a0af09ed5eaac15a",
}
"""SHA-256 of a backup of that many bytes, by the same code, in frames of 1 MiB."""


def test_a_backup_written_before_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = b"Trois pages de seize octets, la fin.".ljust(40, b"!")
    assert opened(bytes.fromhex(WRITTEN_BEFORE)) == plain
    monkeypatch.setattr(secrets, "token_bytes", lambda count: bytes(range(32, 32 + count)))
    assert sealed(plain) == bytes.fromhex(WRITTEN_BEFORE)


@pytest.mark.parametrize("length", DIGESTS_BEFORE)
def test_a_backup_is_written_to_the_byte_as_before(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (encryption_stream, encrypted_file):
        monkeypatch.setattr(module, "FRAME_SIZE", 1024 * 1024)
    monkeypatch.setattr(secrets, "token_bytes", lambda count: bytes(range(32, 32 + count)))
    target = io.BytesIO()
    sealer = BackupWriter(target, KEY)
    sealer.write(bytes(index % 251 for index in range(length)))
    sealer.close()
    assert hashlib.sha256(target.getvalue()).hexdigest() == DIGESTS_BEFORE[length]


def test_a_backup_that_stops_in_the_middle_has_no_name(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="plein"), write_atomically(tmp_path / "une") as target:
        target.write(b"debut")
        raise OSError("disque plein")
    assert not list(tmp_path.iterdir())


def test_a_database_that_breaks_a_key_or_counts_otherwise_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "base"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE a (id INTEGER PRIMARY KEY)")
        database.execute("CREATE TABLE b (a INTEGER REFERENCES a (id))")
        database.execute("INSERT INTO a VALUES (1)")
        database.commit()
        rows = count_sqlite_rows(database)
        _check_copy(path, rows)
        for different in ({**rows, "a": 2}, {**rows, "c": 0}):
            with pytest.raises(BackupError):
                _check_copy(path, different)
        database.execute("INSERT INTO b VALUES (7)")
        database.commit()
    with pytest.raises(BackupError):
        _check_copy(path, {**rows, "b": 1})
