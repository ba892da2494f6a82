"""Files written before db/encryption_stream.py decrypt, and are still written with the same bytes."""

import hashlib
import io
import os
from pathlib import Path

import pytest

from app.gateways.files import encrypted_file
from app.gateways.files.encrypted_file import DecryptedFile, encrypt_chunks
from app.settings.keys import Key
from db import encryption_stream
from db.encryption import use_keys

KEY, PLACE = Key("2026", bytes(range(32))), "0f1e.webp"
WRITTEN_BEFORE = """
0061706c7573207365616c6564203100 3230323620202020202020202020202020202020
202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f
d24d410d2778a9e7cc8bb844558aa557d316686008472c60825670ba7c87afe2
9d8390f211bd3d35aa6ea7fe423eac0709f47ad53a3d300051cb8717db06daa2
8e4d2d69b0c35afb42727d314ca7f6d97efc667647246c14
"""
"""The salt is the bytes 32 to 63; frames of 16 bytes."""
DIGESTS_BEFORE = {
    0: "97b4eb35a393f4b058f179de2b39e602b045be559286b80d8effd7c9559a8788",
    1024 * 1024: "014516d50954f062459270c4c6e58c67e99716289f13ed965e634cee1fe8e757",
    2 * 1024 * 1024 + 23: "c420b76c531704f714bb60b5198bb6b1da37fc9e4b9b0a70bdaa4f9faecdb28f",
}
"""SHA-256 of an encrypted file of that many bytes, in frames of 1 MiB."""


@pytest.fixture(autouse=True)
def same_salt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", lambda count: bytes(range(32, 32 + count)))


def written(plain: bytes) -> bytes:
    target = io.BytesIO()
    with use_keys(KEY):
        encrypt_chunks(target, PLACE, [plain[:7], plain[7:]])
    return target.getvalue()


def test_a_file_written_before_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (encryption_stream, encrypted_file):
        monkeypatch.setattr(module, "FRAME_SIZE", 16)
    plain = b"Trois pages de seize octets, la fin.".ljust(40, b"!")
    (tmp_path / "before").write_bytes(bytes.fromhex(WRITTEN_BEFORE))

    with use_keys(KEY), DecryptedFile(tmp_path / "before", PLACE) as opened:
        assert opened.read() == plain
    assert written(plain) == bytes.fromhex(WRITTEN_BEFORE)


@pytest.mark.parametrize("length", DIGESTS_BEFORE)
def test_a_file_is_written_to_the_byte_as_before(length: int) -> None:
    plain = bytes(index % 251 for index in range(length))
    assert hashlib.sha256(written(plain)).hexdigest() == DIGESTS_BEFORE[length]
