"""The keys that seal what identifies a citizen, as ENCRYPTION_KEYS or a file of the var folder writes them."""

import base64
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.settings.values import BadSettingError, listed
from db.private_files import make_folder

_SIZE = 32
"""Bytes."""


@dataclass(frozen=True)
class Key:
    """id is written beside each value that the key has sealed; secret is 32 random bytes."""

    id: str
    secret: bytes = field(repr=False)


def keys(written: str) -> tuple[Key, ...]:
    """« 2027:base64,2026:base64 ». The message never repeats what was given: it is secret."""
    found = tuple(_key(*one.partition(":")[::2]) for one in listed(written))
    if not found or len({key.id for key in found}) < len(found):
        raise BadSettingError("donnez à chaque clé un nom à elle.")
    return found


def _key(key_id: str, encoded: str) -> Key:
    try:
        secret = base64.b64decode(encoded, validate=True)
    except ValueError:
        secret = b""
    if not re.fullmatch(r"[a-z0-9-]{1,20}", key_id) or len(secret) != _SIZE:
        raise BadSettingError(
            "chaque clé s’écrit « nom:base64 » : un nom en minuscules, chiffres et tirets, puis le "
            "base64 de 32 octets tirés au hasard (openssl rand -base64 32)."
        )
    return Key(key_id, secret)


def kept_secret(path: Path) -> bytes:
    """32 random bytes in hexadecimal, made once. Raises BadSettingError."""
    return _kept(path, secrets.token_hex(_SIZE))


def kept_keys(path: Path) -> tuple[Key, ...]:
    """One key, made once, written as the setting would be. Raises BadSettingError."""
    written = _kept(path, f"local:{base64.b64encode(secrets.token_bytes(_SIZE)).decode()}")
    try:
        return keys(written.decode(errors="replace").strip())
    except BadSettingError:
        raise _damaged(path) from None


def _kept(path: Path, made: str) -> bytes:
    """Created with O_EXCL: of two processes that start together, the second reads the first one's key.

    Raises BadSettingError for a file that a full disk left empty: what it signs, anybody could sign.
    """
    make_folder(path.parent)
    with suppress(FileExistsError), open(path, "x", opener=_for_us_alone) as kept:
        kept.write(made)
    found = path.read_bytes()
    if len(found) < _SIZE:
        raise _damaged(path)
    return found


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _damaged(path: Path) -> BadSettingError:
    return BadSettingError(
        f"VAR_DIR/{path.name} : la clé n’y est plus entière ; remettez le fichier que vous avez gardé à part, ou "
        "retirez celui-ci si la plateforme n’a encore jamais servi."
    )


def listed_keys(written: str) -> str:
    """The setting as it is, once it can be used. Raises BadSettingError."""
    keys(written)
    return written
