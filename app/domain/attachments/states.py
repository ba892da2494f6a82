"""Where a file stands with the antivirus."""

from enum import StrEnum


class Scan(StrEnum):
    """NONE: no antivirus is set up. FAILED: it could not read the file, and will not be asked again."""

    NONE = "none"
    WAITING = "waiting"
    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "failed"


HANDED_OUT = frozenset({Scan.NONE, Scan.CLEAN})
"""The only states in which a byte of the file leaves. Source: security.md T35."""
