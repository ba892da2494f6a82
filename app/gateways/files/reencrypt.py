"""Encrypts attachments that are clear, and encrypts all again under a new key. Each file changes in one rename."""

import contextlib
import logging
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from app.gateways.files.atomic_write import build_chunk_label, lock_folder, write_encrypted
from app.gateways.files.encrypted_file import DecryptedFile, read_key_id
from db.encryption import UnreadableError, get_current_key
from db.encryption_stream import FRAME_SIZE

log = logging.getLogger("aplus.encryption")


@dataclass
class ReencryptedFiles:
    """remaining: how many files still need another key."""

    encrypted: int = 0
    remaining: int = 0


def reencrypt_files(folder: Path) -> ReencryptedFiles:
    """Encrypts every file under the current key. After an interruption it can be run again."""
    done = ReencryptedFiles()
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.is_dir():
            _reencrypt_chunks(path, done)
        elif path.name.count(".") < 2:
            _reencrypt_file(path, path.name, done)
    return done


def _reencrypt_chunks(folder: Path, done: ReencryptedFiles) -> None:
    with contextlib.suppress(FileNotFoundError), lock_folder(folder):
        for path in sorted(folder.iterdir()):
            if path.name.isdecimal():
                _reencrypt_file(path, build_chunk_label(folder, int(path.name)), done)


def _reencrypt_file(path: Path, place: str, done: ReencryptedFiles) -> None:
    """Leaves a file that cannot be decrypted: its key may come back."""
    try:
        if read_key_id(path) == get_current_key().id:
            return
        with DecryptedFile(path, place) as opened:
            write_encrypted(path, place, opened, replace_only=True)
        done.encrypted += 1
    except UnreadableError as failure:
        log.error("file not re-encrypted: %s", failure)
        done.remaining += 1
    except FileNotFoundError:
        return


def encrypt_clear_files(folder: Path) -> int:
    """Encrypts the files from before encryption existed; returns how many. It can be run again after a kill."""
    if not folder.is_dir():
        return 0
    with lock_folder(folder):
        left = [path for path in folder.iterdir() if path.is_file() and path.name.count(".") < 2]
        bare = [path for path in left if read_key_id(path) is None]
        for path in bare:
            _encrypt_clear_file(path)
    return len(bare)


def _encrypt_clear_file(path: Path) -> None:
    """An incomplete upload becomes its first chunk. A preview is deleted, and will be drawn again."""
    if path.suffix == ".part":
        kept = path.with_suffix(f".{uuid4().hex}.part")
        path.replace(kept)
        path.mkdir(mode=0o700)
        write_encrypted(path / "0", build_chunk_label(path, 0), [kept.read_bytes()])
        kept.unlink()
    elif path.suffix:
        path.unlink()
    else:
        with path.open("rb") as opened:
            write_encrypted(path, path.name, iter(lambda: opened.read(FRAME_SIZE), b""))
