"""The keys that encrypt what identifies a citizen, from ENCRYPTION_KEYS or from a file of the var folder."""

import base64
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.settings.values import BadSettingError, split_list
from db.private_files import make_folder

_KEY_SIZE = 32
"""Bytes."""


@dataclass(frozen=True)
class Key:
    """id: stored with each value that the key encrypts. secret: 32 random bytes."""

    id: str
    secret: bytes = field(repr=False)


def parse_keys(written: str) -> tuple[Key, ...]:
    """Parses « 2027:base64,2026:base64 ». The error message never quotes the value, which is secret."""
    found = tuple(_parse_key(*one.partition(":")[::2]) for one in split_list(written))
    if not found or len({key.id for key in found}) < len(found):
        raise BadSettingError("donnez à chaque clé un nom à elle.")
    return found


def _parse_key(key_id: str, encoded: str) -> Key:
    try:
        secret = base64.b64decode(encoded, validate=True)
    except ValueError:
        secret = b""
    if not re.fullmatch(r"[a-z0-9-]{1,20}", key_id) or len(secret) != _KEY_SIZE:
        raise BadSettingError(
            "chaque clé s’écrit « nom:base64 » : un nom en minuscules, chiffres et tirets, puis le "
            "base64 de 32 octets tirés au hasard (openssl rand -base64 32)."
        )
    return Key(key_id, secret)


def load_or_make_secret(path: Path) -> bytes:
    """32 random bytes in hexadecimal, created once. Raises BadSettingError."""
    return _load_or_make(path, secrets.token_hex(_KEY_SIZE))


def load_or_make_keys(path: Path) -> tuple[Key, ...]:
    """One key, created once, in the form of the setting. Raises BadSettingError."""
    written = _load_or_make(path, f"local:{base64.b64encode(secrets.token_bytes(_KEY_SIZE)).decode()}")
    try:
        return parse_keys(written.decode(errors="replace").strip())
    except BadSettingError:
        raise _make_damaged_error(path) from None


def _load_or_make(path: Path, made: str) -> bytes:
    """Creates the file with O_EXCL: of two processes that start together, the second one reads the first one’s key.

    Raises BadSettingError for a file that a full disk left empty, because an empty key would protect nothing.
    """
    make_folder(path.parent)
    with suppress(FileExistsError), open(path, "x", opener=_open_private) as kept:
        kept.write(made)
    found = path.read_bytes()
    if len(found) < _KEY_SIZE:
        raise _make_damaged_error(path)
    return found


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _make_damaged_error(path: Path) -> BadSettingError:
    return BadSettingError(
        f"VAR_DIR/{path.name} : la clé n’y est plus entière ; remettez le fichier que vous avez gardé à part, ou "
        "retirez celui-ci si la plateforme n’a encore jamais servi."
    )


def check_keys(written: str) -> str:
    """Returns the setting unchanged. Raises BadSettingError when it is not valid."""
    parse_keys(written)
    return written
