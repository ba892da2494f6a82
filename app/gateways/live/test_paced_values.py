"""Changes are announced at once, then at most once in an interval; what changed back is not announced."""

import asyncio

import pytest

from app.gateways.live import paced_values
from app.gateways.live.paced_values import PacedValues


@pytest.fixture
def paced(monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, int], list[tuple[str, int]], PacedValues[str, int]]:
    monkeypatch.setattr(paced_values, "INTERVAL", 0.2)
    values, heard = dict[str, int](), list[tuple[str, int]]()
    paced = PacedValues[str, int](lambda key: values.get(key, 0), lambda *one: heard.append(one), absent=0)
    return values, heard, paced


async def test_the_first_is_at_once_and_the_newest_at_the_end_of_the_interval(
    paced: tuple[dict[str, int], list[tuple[str, int]], PacedValues[str, int]],
) -> None:
    values, heard, one = paced
    for value in (1, 2, 3):
        values["a"] = value
        one.check("a")
    values["b"] = 1
    one.check("b")
    assert heard == [("a", 1), ("b", 1)] and one.list_announced() == {"a": 1, "b": 1}

    await asyncio.sleep(0.3)

    assert heard == [("a", 1), ("b", 1), ("a", 3)]


async def test_what_changed_back_and_what_is_known_otherwise_is_not_announced(
    paced: tuple[dict[str, int], list[tuple[str, int]], PacedValues[str, int]],
) -> None:
    values, heard, one = paced
    for value in (1, 2, 1):
        values["a"] = value
        one.check("a")
    await asyncio.sleep(0.3)
    assert heard == [("a", 1)]

    values["a"] = 4
    one.assume("a", 4)
    one.check("a")

    assert heard == [("a", 1)] and one.list_announced() == {"a": 4}


async def test_an_absent_value_leaves_nothing_in_memory(
    paced: tuple[dict[str, int], list[tuple[str, int]], PacedValues[str, int]],
) -> None:
    values, heard, one = paced
    values["a"] = 1
    one.check("a")
    values["a"] = 0
    one.check("a")
    await asyncio.sleep(0.5)

    assert heard == [("a", 1), ("a", 0)] and not one.list_announced() and not one._announced and not one._waiting
