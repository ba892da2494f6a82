"""python -m bench.generate: from nothing to a world, once; what is not understood, or is no place for it, is
refused.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import ROOT
from bench.generate.command import wanted

ASKED = ("--cases", "60", "--people", "60", "--seed", "7", "--until", "2026-11-24")


def generated(folder: Path, *options: str, demo: str = "1") -> subprocess.CompletedProcess[str]:
    own = {"DATABASE_URL": f"sqlite:///{folder / 'world.sqlite'}", "VAR_DIR": str(folder), "DEMO": demo}
    command = [sys.executable, "-m", "bench.generate", *options]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **own}, text=True, capture_output=True, check=False)


def test_an_empty_installation_becomes_a_world_once(tmp_path: Path) -> None:
    first, second = generated(tmp_path, *ASKED), generated(tmp_path, *ASKED)

    assert first.returncode == 0, first.stderr[-2000:]
    assert first.stdout.startswith("60 demandes, 60 personnes, graine 7")
    assert first.stdout.count("@exemple.fr") == 5
    assert second.returncode != 0 and "contient déjà des demandes" in second.stderr


def test_a_real_installation_is_left_alone(tmp_path: Path) -> None:
    refused = generated(tmp_path, *ASKED, demo="0")

    assert refused.returncode != 0 and "DEMO=0" in refused.stderr
    assert not (tmp_path / "world.sqlite").exists()


@pytest.mark.parametrize(
    "options",
    [
        (),
        ASKED[:5],
        ("--cases", "60", "--people", "60"),
        ("--cases", "beaucoup", "--people", "60", "--seed", "1"),
        ("--cases", "60", "--people", "2", "--seed", "1"),
        ("--cases", "60", "--people", "60", "--seed", "1", "--until", "demain"),
        ("--cases", "60", "--people", "60", "--seed", "1", "--until", "2026-02-30"),
        ("--cases", "60", "--people", "60", "--seed", "1", "--couleur", "1"),
    ],
)
def test_what_is_not_understood_gets_the_usage(options: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit, match=r"Usage : python -m bench\.generate"):
        wanted(options)


def test_the_day_and_the_seed_are_taken_as_given() -> None:
    world, people = wanted(ASKED)
    assert (world.seed, world.cases, people) == (7, 60, 60)
    assert world.now == wanted((*ASKED[:-1], "2026-11-23"))[0].now + 86_400
