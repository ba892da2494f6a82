"""The table of docs/security.md that lists where bytes of a citizen are, as tests read it."""

import re
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import PurePath

from app.settings import ROOT

ENCRYPTED, CLEAR, DIGEST, NOTHING = "chiffré", "en clair", "empreinte", "rien"
ENCRYPTED_COLUMNS, CLEAR_TEXT, SEARCH_TOKENS, REST = (
    "base, colonnes chiffrées",
    "base, mots lisibles",
    "base, jetons de recherche",
    "base, le reste",
)
_TITLE = "## Où sont les octets d’un usager, jusqu’à quand, sous quelle clé\n"


@dataclass(frozen=True)
class DataLocation:
    """One row. `names`: the tables, columns, files or browser keys of its first cell."""

    name: str
    names: frozenset[str]
    until: str
    kind: str
    checks: tuple[str, ...]

    def match_length(self, path: PurePath) -> int:
        """Length of the row’s name that matches this file or a folder above it; 0 if none does."""
        above = [one.as_posix() for one in (path, *path.parents)]
        return max([len(name) for name in self.names if any(fnmatch(one, name) for one in above)], default=0)


def find_location_of_file(path: PurePath) -> str:
    """The row that names this file of the var folder most precisely; empty if none does."""
    found = max(load_data_locations().values(), key=lambda place: place.match_length(path))
    return found.name if found.match_length(path) else ""


def load_data_locations() -> dict[str, DataLocation]:
    text = (ROOT / "docs/security.md").read_text()
    table = text.partition(_TITLE)[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| **")]
    found = [_place(*cells) for cells in rows]
    return {place.name: place for place in found}


def _place(where: str, _what: str, until: str, key: str, checks: str) -> DataLocation:
    name = re.match(r"\*\*(.+?)\*\*", where)
    kind = next((kind for kind in (ENCRYPTED, CLEAR, DIGEST, NOTHING) if key.startswith(kind)), "")
    assert name and kind, f"{where}: say « {ENCRYPTED} », « {CLEAR} », « {DIGEST} » or « {NOTHING} » in the fourth cell"
    names, tests = re.findall(r"`([^`]+)`", where), re.findall(r"`(test_\w+)`", checks)
    return DataLocation(name[1], frozenset(names), until, kind, tuple(tests))
