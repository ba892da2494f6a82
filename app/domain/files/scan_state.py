"""The state of a file for the antivirus, and of an old image for the removal of its metadata."""

from enum import StrEnum


class ScanState(StrEnum):
    """NONE: no antivirus is configured. FAILED: it could not read the file, and is not asked again."""

    NONE = "none"
    WAITING = "waiting"
    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "failed"


class CleaningState(StrEnum):
    """For an image that was stored before uploads were cleaned. NONE: nothing is left to do.

    REFUSED: its format is not understood, and it stays unchanged. ABSENT: its file does not exist. UNREAD: its key
    is missing or the disk fails; it is retried each day.
    """

    NONE = "none"
    WAITING = "waiting"
    REFUSED = "refused"
    ABSENT = "absent"
    UNREAD = "unread"


AVAILABLE_STATES = frozenset({ScanState.NONE, ScanState.CLEAN})
"""A file is delivered in these states only. Source: security.md T35."""
