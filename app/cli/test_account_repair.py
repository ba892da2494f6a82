"""The command for the last admin removes their second factor, or says why not."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.authentication.stored_factor import has_second_factor
from app.settings import ROOT
from app.tests.support.authentication_fixtures import set_up_second_factor


def run(database: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": database}
    command = [sys.executable, "-m", "app", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


async def test_it_takes_a_second_factor_away_once(cast: Cast, database: str, now: datetime) -> None:
    await set_up_second_factor(cast.admin, now)

    done = run(database, "forget-second-factor", "Admin@exemple.fr")
    again = run(database, "forget-second-factor", "admin@exemple.fr")

    assert done.returncode == 0 and "Double authentification retirée pour Admin@exemple.fr" in done.stdout
    assert not await has_second_factor(cast.admin.id)
    assert again.returncode == 1 and again.stderr.strip() == "Cette personne n’a pas de double authentification."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("forget-second-factor", "personne@exemple.fr"), "Aucun compte n’a cette adresse."),
        (("forget-second-factor",), "Usage : python -m app"),
    ],
)
def test_it_says_what_is_wrong(new_database: str, words: tuple[str, ...], said: str) -> None:
    tried = run(new_database, *words)

    assert tried.returncode == 1 and said in tried.stderr
