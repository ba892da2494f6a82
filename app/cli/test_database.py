"""What every command does with its database: a sentence for each refusal, and no connection left open."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.database import NO_TABLES, open_database
from app.domain.errors import Conflict, DomainError, Invalid
from app.settings import ROOT
from app.tests.support.postgres_cluster import Cluster
from db.engine import build_engine, use_engine
from db.sqlite_engine import PooledSQLiteEngine


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that was never migrated."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite'}"
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.create_database("no_tables")


def test_a_command_on_a_database_without_tables_says_to_migrate(empty: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": empty, "VAR_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "app", "maintenance", "on"]

    tried = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)

    assert (tried.returncode, tried.stdout, tried.stderr) == (1, "", f"{NO_TABLES}\n")


@pytest.mark.parametrize(
    ("refused", "sentences"),
    [
        (Conflict("Cette personne est déjà là."), "Cette personne est déjà là."),
        (Invalid(name="Donnez un nom.", address="Donnez une adresse."), "Donnez un nom.\nDonnez une adresse."),
    ],
)
@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_a_refusal_ends_the_command_and_closes_the_database(
    new_database: str, refused: DomainError, sentences: str
) -> None:
    engine = build_engine(new_database)
    assert isinstance(engine, PooledSQLiteEngine)
    use_engine(engine)

    with pytest.raises(SystemExit) as ended:
        async with open_database():
            raise refused

    assert ended.value.code == sentences
    assert not engine.started
