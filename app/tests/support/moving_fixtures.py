"""Where a database is moved to, and a source that is ready."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.domain.platform.state import begin_maintenance
from app.tests.support.fixtures import opened
from db.engine import engine_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from app.tests.support.postgres_cluster import Cluster

Working = Callable[[], AbstractAsyncContextManager[None]]


@pytest.fixture
def target(world: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database, of the other kind."""
    if not world.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'cible.sqlite'}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    yield cluster.create_database("cible")
    cluster.drop_database("cible")


@pytest.fixture
def working(world: str) -> Working:
    """The source, open; in maintenance once it is left."""

    @asynccontextmanager
    async def work() -> AsyncIterator[None]:
        async with opened(engine_for(world)):
            yield
            await begin_maintenance(None, datetime.now(UTC))

    return work
