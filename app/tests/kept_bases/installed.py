"""An installation as an operator’s: its own keys, DEMO=0, its engine and its files."""

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.settings import settings
from app.settings.keys import Key
from db.encryption import use_keys

SECRET_KEY = "kept base, for tests alone: it is no secret"  # noqa: S105
KEYS = {"2026": "kept base key of 2026: no secret", "2025": "kept base key of 2025: no secret"}
"""The key changed in autumn and `rotate-keys` has not run since: both are in use."""


def build_keys(named: Mapping[str, str]) -> tuple[Key, ...]:
    return tuple(Key(name, secret.encode()) for name, secret in named.items())


def format_setting(named: Mapping[str, str]) -> str:
    """In the format of ENCRYPTION_KEYS."""
    return ",".join(f"{key.id}:{base64.b64encode(key.secret).decode()}" for key in build_keys(named))


@contextmanager
def use_installation(folder: Path, secret_key: str = SECRET_KEY, keys: Mapping[str, str] = KEYS) -> Iterator[None]:
    """Sets these settings in this process for a while; what each process reads once is read again."""
    changed: dict[str, Any] = {"demo": False, "var_folder": folder, "secret_key": secret_key.encode()}
    known = settings.__dict__
    before = {name: known[name] for name in (*changed, "hosts") if name in known}
    known.pop("hosts", None)
    known.update(changed)
    try:
        with use_keys(*build_keys(keys)):
            yield
    finally:
        for name in (*changed, "hosts"):
            known.pop(name, None)
        known.update(before)
