"""The teams by name, and a case to hand over."""

from collections.abc import Awaitable, Callable

import pytest

from app.cast import Cast
from db.tables.teams import Team

FindTeam = Callable[[str], Awaitable[int]]


@pytest.fixture
def find_team(cast: Cast) -> FindTeam:
    async def find(name: str) -> int:
        row = await Team.select(Team.id).where(Team.name == name).first()
        assert row is not None
        return int(row["id"])

    return find
