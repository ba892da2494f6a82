"""Errors and checked reading, shared by all formats."""


class Malformed(ValueError):
    """The file is truncated, contradicts itself, or has an unknown part that is required."""


class Truncated(Malformed):
    """The file ends before what it announces."""


def read_bytes(source: bytes, start: int, size: int) -> bytes:
    """Raises Malformed; Truncated when the file ends before."""
    if size < 0 or start < 0:
        raise Malformed(f"{size} bytes announced at {start}")
    if start + size > len(source):
        raise Truncated(f"{size} bytes announced at {start} of {len(source)}")
    return source[start : start + size]


class Budget:
    """A limit on the number of parts: a hostile file announces millions of empty ones to keep the processor busy."""

    def __init__(self, limit: int) -> None:
        self._left = limit

    def spend(self, count: int = 1) -> None:
        """Raises Malformed."""
        self._left -= count
        if self._left < 0:
            raise Malformed("too many parts")
