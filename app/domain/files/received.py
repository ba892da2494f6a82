"""What is announced of a file that has come whole, once it is committed: its preview is drawn from then on."""

from collections.abc import Callable
from uuid import UUID

Hear = Callable[[UUID, int], None]
"""The file, then who sent it."""
_listeners: list[Hear] = []


def heard_by(hear: Hear) -> None:
    """The composition root gives what draws."""
    _listeners.append(hear)


def unheard_by(hear: Hear) -> None:
    _listeners.remove(hear)


def tell_received(attachment_id: UUID, sender: int) -> None:
    """After the commit."""
    for hear in _listeners:
        hear(attachment_id, sender)
