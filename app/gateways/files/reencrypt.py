"""The attachments' folder, sealed where it still is clear, and again when the key changes; each file in one rename."""

import contextlib
import logging
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from app.gateways.files.atomic_write import alone_in, piece_of, write_sealed
from app.gateways.files.encrypted_file import Frames, key_id_of
from db.encryption import UnreadableError, current_key
from db.encryption_stream import FRAME

log = logging.getLogger("aplus.vault")


@dataclass
class Resealed:
    """left: what still needs another key."""

    sealed: int = 0
    left: int = 0


def reseal(folder: Path) -> Resealed:
    """Under the current key. Again, or after a kill: what is left of it."""
    done = Resealed()
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.is_dir():
            _reseal_pieces(path, done)
        elif path.name.count(".") < 2:
            _reseal(path, path.name, done)
    return done


def _reseal_pieces(folder: Path, done: Resealed) -> None:
    with contextlib.suppress(FileNotFoundError), alone_in(folder):
        for path in sorted(folder.iterdir()):
            if path.name.isdecimal():
                _reseal(path, piece_of(folder, int(path.name)), done)


def _reseal(path: Path, place: str, done: Resealed) -> None:
    """What does not open is left as it is: it is evidence, or its key may come back."""
    try:
        if key_id_of(path) == current_key().id:
            return
        with Frames(path, place) as opened:
            write_sealed(path, place, opened, over=True)
        done.sealed += 1
    except UnreadableError as failure:
        log.error("not sealed again: %s", failure)
        done.left += 1
    except FileNotFoundError:
        return


def seal_what_is_not(folder: Path) -> int:
    """What lies there from before files were sealed; how many. Again, or after a kill: what is left of it."""
    if not folder.is_dir():
        return 0
    with alone_in(folder):
        left = [path for path in folder.iterdir() if path.is_file() and path.name.count(".") < 2]
        bare = [path for path in left if key_id_of(path) is None]
        for path in bare:
            _seal_bare(path)
    return len(bare)


def _seal_bare(path: Path) -> None:
    """Half a file becomes its first piece; a preview will be drawn again."""
    if path.suffix == ".part":
        kept = path.with_suffix(f".{uuid4().hex}.part")
        path.replace(kept)
        path.mkdir(mode=0o700)
        write_sealed(path / "0", piece_of(path, 0), [kept.read_bytes()])
        kept.unlink()
    elif path.suffix:
        path.unlink()
    else:
        with path.open("rb") as opened:
            write_sealed(path, path.name, iter(lambda: opened.read(FRAME), b""))
