"""python -m app, as an operator types it: on a machine that is a folder and a database."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.settings import ROOT, settings

if TYPE_CHECKING:
    from app.tests.support.postgres_cluster import Cluster

BACKUP_SECRET = "une clé de sauvegarde tirée au hasard, tenue à part"


@dataclass
class Machine:
    """It has the same keys as the other machines: the operator stores them apart from the backups."""

    folder: Path
    database: str
    overrides: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        keys = ",".join(f"{key.id}:{base64.b64encode(key.secret).decode()}" for key in settings.encryption_keys)
        own = {"VAR_DIR": str(self.folder), "DATABASE_URL": self.database, "BACKUP_KEY": BACKUP_SECRET}
        secrets = {"SECRET_KEY": settings.secret_key.decode(), "ENCRYPTION_KEYS": keys, "SMTP_URL": ""}
        return {**os.environ, **own, **secrets, **self.overrides}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "app", *words]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120)

    def run_ok(self, *words: str) -> str:
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run_refused(self, *words: str) -> str:
        done = self.run(*words)
        assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
        return done.stderr


@pytest.fixture
def machine(new_database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Machine:
    """The machine whose database the test fills; its attachments are in the fixture `files`."""
    if not new_database.startswith("sqlite"):
        request.getfixturevalue("cluster").disconnect("world")
    return Machine(tmp_path, new_database)


@pytest.fixture
def empty_machine(new_database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[], Machine]]:
    """Another machine, with nothing on it."""
    made: list[str] = []

    def make() -> Machine:
        folder = tmp_path / f"machine-{len(made)}"
        folder.mkdir()
        made.append(f"machine_{len(made)}")
        if new_database.startswith("sqlite"):
            return Machine(folder, f"sqlite:///{folder / 'aplus.sqlite'}")
        cluster: Cluster = request.getfixturevalue("cluster")
        return Machine(folder, cluster.create_database(made[-1]))

    yield make
    if not new_database.startswith("sqlite"):
        for name in made:
            request.getfixturevalue("cluster").drop_database(name)
