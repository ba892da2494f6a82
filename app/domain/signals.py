"""A domain function announces what it did without knowing the listeners: workers, live updates, file storage."""

from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")


class Signal(Generic[P]):
    """Listeners are called in the order in which they connected. A sender sends after its commit: on_commit(…send)."""

    def __init__(self) -> None:
        self._listeners: list[Callable[P, None]] = []

    def connect(self, listener: Callable[P, None]) -> None:
        self._listeners.append(listener)

    def disconnect(self, listener: Callable[P, None]) -> None:
        """Raises ValueError if the listener is not connected."""
        self._listeners.remove(listener)

    def send(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Raises what a listener raises. The listeners after it are not called."""
        for listener in self._listeners:
            listener(*args, **kwargs)
