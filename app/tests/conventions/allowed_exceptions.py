"""Lists of where the code still breaks a rule. A list only gets shorter: each test compares it with the code.

A line is « name number », or a name alone, in any order.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from app.settings import ROOT

HERE = Path(__file__).parent
FOLDERS = ("app", "db", "bench", "e2e")
FROZEN = ROOT / "db/migrations"
"""Migrations are never edited once released."""


def read_python_files(*folders: str) -> Iterator[tuple[str, str]]:
    """(path from the root, source) of each Python file of these folders, migrations excepted."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if FROZEN not in path.parents:
                yield str(path.relative_to(ROOT)), path.read_text()


def read_names(listed: str) -> set[str]:
    return set((HERE / listed).read_text().split())


def read_numbers(listed: str) -> dict[str, int]:
    lines = (line.split() for line in (HERE / listed).read_text().splitlines())
    return {name: int(number) for name, number in lines}


def find_differences(listed: str, found: Mapping[str, int]) -> list[str]:
    """One sentence for each name whose number differs from the list’s: higher is a fault, lower is to be written."""
    ceilings = read_numbers(listed)
    more = [
        f"{name}: {number}, {ceilings.get(name, 0)} allowed by {listed}"
        for name, number in found.items()
        if number > ceilings.get(name, 0)
    ]
    fewer = [
        f"{listed}: write « {name} {found[name]} »" if name in found else f"{listed}: remove the line of {name}"
        for name, ceiling in ceilings.items()
        if found.get(name, 0) < ceiling
    ]
    return more + fewer
