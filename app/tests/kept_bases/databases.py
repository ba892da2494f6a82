"""Databases of one test, named by their folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.tests.kept_bases.packing import SQLITE_FILE

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from app.tests.support.postgres_cluster import Cluster


def make_database_url(kind: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a database with this folder’s name."""
    folder.mkdir(exist_ok=True)
    if kind == "sqlite":
        return f"sqlite:///{folder / SQLITE_FILE}"
    cluster: Cluster = request.getfixturevalue("cluster")
    request.addfinalizer(lambda: cluster.drop_database(folder.name))
    return cluster.create_database(folder.name)
