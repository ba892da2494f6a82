"""The states of a list that was sent.

READING → READY (the preview) → APPLYING → APPLIED. A preview may be DROPPED. An unexpected error makes the list FAILED,
with nothing written.
"""

from enum import StrEnum


class ImportState(StrEnum):
    READING = "reading"
    READY = "ready"
    APPLYING = "applying"
    APPLIED = "applied"
    DROPPED = "dropped"
    FAILED = "failed"

    @property
    def is_under_way(self) -> bool:
        return self in {ImportState.READING, ImportState.APPLYING}
