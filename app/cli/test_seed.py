"""python -m app seed: from nothing to a full demonstration; twice, or two at once, changes nothing."""

import os
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from app.settings import ROOT
from app.tests.support.postgres_cluster import Cluster


def begin(command: str, url: str, var: Path, demo: str = "1") -> subprocess.Popen[str]:
    environment = {**os.environ, "DATABASE_URL": url, "VAR_DIR": str(var), "DEMO": demo}
    return subprocess.Popen(
        [sys.executable, "-m", "app", command],
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def ended(process: subprocess.Popen[str]) -> str:
    found, complaints = process.communicate(timeout=60)
    assert process.returncode == 0, complaints[-2000:]
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite'}"
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.create_database("empty")


def test_an_empty_database_is_filled_and_a_second_time_changes_nothing(empty: str, tmp_path: Path) -> None:
    first, second = ended(begin("seed", empty, tmp_path)), ended(begin("seed", empty, tmp_path))

    assert first.startswith("France Services : 531 structures (531 nouvelles, 0 corrigées, 0 inchangées), 0 lignes")
    assert "ligne 203 à vérifier : le code postal 04800" in first
    assert second == "France Services : 531 structures (0 nouvelles, 0 corrigées, 531 inchangées), 0 lignes refusées\n"


def test_three_processes_that_start_together_take_turns(empty: str, tmp_path: Path) -> None:
    """Each on its own machine where PostgreSQL serves several: they share only the database."""
    together = [
        begin("seed", empty, tmp_path / (str(number) if empty.startswith("postgresql") else "one"))
        for number in range(3)
    ]

    new = sorted(int(ended(process).split("(")[1].split()[0]) for process in together)
    assert new == [0, 0, 531]


async def test_a_real_installation_has_no_invented_people(cluster: Cluster, tmp_path: Path) -> None:
    url = cluster.create_database("real")
    ended(begin("seed", url, tmp_path, demo="0"))

    connection = await asyncpg.connect(url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM person") == 0
        assert await connection.fetchval("SELECT count(*) FROM team") == 531
    finally:
        await connection.close()


async def test_migrating_makes_the_tables_and_nothing_else(cluster: Cluster, tmp_path: Path) -> None:
    url = cluster.create_database("tables")
    assert ended(begin("migrate", url, tmp_path)) == ""

    connection = await asyncpg.connect(url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM area") == 0
    finally:
        await connection.close()
