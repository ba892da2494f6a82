"""bin/test fast and bin/test sqlite need no PostgreSQL and no browser, and say how many tests they left out."""

import subprocess
import sys
from collections import Counter
from pathlib import PurePath
from types import SimpleNamespace

import pytest

from app.settings import ROOT
from app.tests.conventions.allowed_exceptions import FOLDERS, read_python_files
from app.tests.support.selection import LEFT_OUT, describe, has_need, pytest_testnodedown

OF_ALL_KINDS = ("app/cli/test_database.py", "app/tests/database/test_trigrams.py", "e2e/test_masks.py")
STARTS = tuple(f"{name}(" for name in ("run_own_cluster", "run_shared_cluster"))


@pytest.mark.parametrize("given", ["sqlite", ("any", "sqlite"), "postgresql", ("any", "postgresql")])
def test_a_parameter_says_which_database_a_test_needs(given: object, request: pytest.FixtureRequest) -> None:
    assert has_need(request.node, "postgresql") == ("postgresql" in given)  # type: ignore[operator]


def test_no_test_starts_a_cluster_but_by_the_fixtures() -> None:
    files = ((path, source) for path, source in read_python_files(*FOLDERS) if _is_of_tests(path))
    found = [path for path, source in files if any(start in source for start in STARTS)]

    assert found == ["app/tests/support/fixtures.py"], "ask for the fixture: cluster, or own_cluster to stop it"


def test_what_is_left_out_is_not_collected_and_is_counted() -> None:
    options = ("--collect-only", "--without", "postgresql", "--without", "browsers", "--without", "slow")
    command = [sys.executable, "-m", "pytest", *options, *OF_ALL_KINDS]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert run.returncode == 0, run.stdout
    assert "[sqlite]" in run.stdout and "[postgresql]" not in run.stdout
    assert not [path for path in OF_ALL_KINDS[1:] if path in run.stdout]
    assert "tests that were not run: " in run.stdout and "(PostgreSQL 2, browsers " in run.stdout


def test_a_test_that_starts_programs_is_known_by_the_imports_of_its_module(request: pytest.FixtureRequest) -> None:
    assert has_need(request.node, "programs")
    assert not has_need(SimpleNamespace(module=SimpleNamespace()), "programs")  # type: ignore[arg-type]


def test_the_counts_of_a_worker_reach_the_closing_lines() -> None:
    config = SimpleNamespace(stash=pytest.Stash())
    node = SimpleNamespace(workeroutput={"left_out": {"slow": 6}}, config=config)

    pytest_testnodedown(node)
    assert config.stash[LEFT_OUT] == Counter(slow=6)


def test_each_reason_has_its_number() -> None:
    assert describe(Counter(slow=6, postgresql=1_234)) == "tests that were not run: 1,240 (PostgreSQL 1,234, slow 6)"


def _is_of_tests(path: str) -> bool:
    name = PurePath(path).name
    is_support = path.startswith("app/tests/support/") and name != "postgres_cluster.py"
    return is_support or name.startswith(("test_", "conftest"))
