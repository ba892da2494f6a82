"""A verb wakes the worker that takes its work on, once it is committed: it begins at once, not at its next round."""

from collections.abc import Callable

Wake = Callable[[], None]


class Bell:
    """Rung by the domain, heard by any number of workers, or by none. `on_commit(bell.ring)` in the verb."""

    def __init__(self) -> None:
        self._heard_by: list[Wake] = []

    def heard_by(self, wake: Wake) -> None:
        self._heard_by.append(wake)

    def unheard_by(self, wake: Wake) -> None:
        self._heard_by.remove(wake)

    def ring(self) -> None:
        for wake in self._heard_by:
            wake()
