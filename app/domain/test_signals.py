"""A signal calls its listeners, in order, each as often as it connected."""

import pytest

from app.domain.signals import Signal


def test_listeners_are_called_in_order_and_no_more_once_disconnected() -> None:
    signal, heard = Signal[[int]](), list[tuple[str, int]]()

    def first(number: int) -> None:
        heard.append(("first", number))

    def second(number: int) -> None:
        heard.append(("second", number))

    for listener in (second, first, second):
        signal.connect(listener)
    signal.send(1)
    signal.disconnect(second)
    signal.send(2)

    assert heard == [("second", 1), ("first", 1), ("second", 1), ("first", 2), ("second", 2)]
    signal.disconnect(second)
    with pytest.raises(ValueError):
        signal.disconnect(second)


def test_a_listener_that_raises_ends_the_sending_and_stays_connected() -> None:
    signal, heard = Signal[[]](), list[str]()

    def fail() -> None:
        heard.append("failed")
        raise ZeroDivisionError

    signal.connect(fail)
    signal.connect(lambda: heard.append("after"))
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            signal.send()

    assert heard == ["failed", "failed"]
