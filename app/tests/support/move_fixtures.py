"""Where a database is moved to, and a source that is ready."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.domain.platform.state import begin_maintenance
from app.tests.support.fixtures import open_engine
from db.engine import build_engine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from app.tests.support.postgres_cluster import Cluster

OpenSource = Callable[[], AbstractAsyncContextManager[None]]


@pytest.fixture
def target_database(new_database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database, of the other kind."""
    if not new_database.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'cible.sqlite'}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    yield cluster.create_database("cible")
    cluster.drop_database("cible")


@pytest.fixture
def open_source(new_database: str) -> OpenSource:
    """The source, open; in maintenance on exit."""

    @asynccontextmanager
    async def work() -> AsyncIterator[None]:
        async with open_engine(build_engine(new_database)):
            yield
            await begin_maintenance(None, datetime.now(UTC))

    return work
