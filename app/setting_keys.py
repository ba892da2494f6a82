"""The keys that seal what identifies a citizen, as ENCRYPTION_KEYS or a file of the var folder writes them."""

import base64
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from app.setting_values import BadSettingError, listed
from db.private_files import make_folder


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
    if not re.fullmatch(r"[a-z0-9-]{1,20}", key_id) or len(secret) != 32:
        raise BadSettingError(
            "chaque clé s’écrit « nom:base64 » : un nom en minuscules, chiffres et tirets, puis le "
            "base64 de 32 octets tirés au hasard (openssl rand -base64 32)."
        )
    return Key(key_id, secret)


def kept_key(path: Path, made: str) -> bytes:
    """Created with O_EXCL: of two processes that start together, the second reads the first one's key."""
    make_folder(path.parent)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as kept:
        kept.write(made.encode())
    return path.read_bytes()


def listed_keys(written: str) -> str:
    """The setting as it is, once it can be used. Raises BadSettingError."""
    keys(written)
    return written
