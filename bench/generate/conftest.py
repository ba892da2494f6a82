"""A small world and its date."""

from datetime import date

import pytest

from bench.generate.moments import morning_of
from bench.generate.stories import World

TODAY = date(2026, 11, 23)


@pytest.fixture
def small() -> World:
    return World(seed=1, cases=300, now=morning_of(TODAY))


@pytest.fixture
def people() -> int:
    return 80
