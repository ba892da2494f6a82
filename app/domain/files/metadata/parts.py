"""What the readers of all formats share: the error, and reading bytes that must be there."""


class Malformed(ValueError):
    """The file is cut, contradicts itself, or holds a part whose meaning is unknown and needed."""


class Truncated(Malformed):
    """The file ends before what it announces: its end did not come."""


def read_bytes(source: bytes, start: int, size: int) -> bytes:
    """Raises Malformed; Cut when the file ends before."""
    if size < 0 or start < 0:
        raise Malformed(f"{size} bytes announced at {start}")
    if start + size > len(source):
        raise Truncated(f"{size} bytes announced at {start} of {len(source)}")
    return source[start : start + size]


class Budget:
    """So many parts and no more: a hostile file announces millions of empty ones to take up the processor."""

    def __init__(self, limit: int) -> None:
        self._left = limit

    def spend(self, count: int = 1) -> None:
        """Raises Malformed."""
        self._left -= count
        if self._left < 0:
            raise Malformed("too many parts")
