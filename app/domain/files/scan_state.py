"""Where a file stands with the antivirus, and an old image with the removal of its metadata."""

from enum import StrEnum


class ScanState(StrEnum):
    """NONE: no antivirus is set up. FAILED: it could not read the file, and will not be asked again."""

    NONE = "none"
    WAITING = "waiting"
    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "failed"


class CleaningState(StrEnum):
    """Of an image that was stored before reception removed metadata. NONE: nothing is left to do.

    REFUSED: its format is not understood, it stays as it came. ABSENT: its file is not there. UNREAD: its key is not
    there, or the disk fails; it is tried again each day.
    """

    NONE = "none"
    WAITING = "waiting"
    REFUSED = "refused"
    ABSENT = "absent"
    UNREAD = "unread"


AVAILABLE_STATES = frozenset({ScanState.NONE, ScanState.CLEAN})
"""The only states in which a byte of the file leaves. Source: security.md T35."""
