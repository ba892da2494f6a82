"""Tries each setting with common mistakes: which are accepted, crash, leave a file or print a secret.

Each try is a real command in an empty folder, for a demonstration or a real installation.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from app.settings import ROOT
from app.tests.support.setting_values import RIGHT_VALUES, SECRET, WRONG_FORMATS, WRONG_VALUES
from bench.hostile.table import report

COMMAND = ["-m", "app", "migrate"]


def attack() -> int:
    tries = [
        (name, value)
        for name, wrong in WRONG_VALUES.items()
        for value in (*wrong, *(around.format(RIGHT_VALUES[name][0].strip()) for around in WRONG_FORMATS))
    ]
    found = [_try(name, value, str(number % 2)) for number, (name, value) in enumerate(tries)]
    return max([report(f"wrong settings: {what}", [failed[what] for failed in found]) for what in found[0]])


def _try(name: str, value: str, demo: str) -> dict[str, str]:
    """Failure by kind; empty where there is none."""
    own = {"PYTHONPATH": str(ROOT), "DEMO": demo, "VAR_DIR": "var", name: value}
    given = {key: kept for key, kept in os.environ.items() if key not in WRONG_VALUES} | own
    with tempfile.TemporaryDirectory() as folder:
        typed = [sys.executable, *COMMAND]
        run = subprocess.run(typed, cwd=folder, env=given, capture_output=True, text=True, timeout=60)  # noqa: S603
        made = sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*"))
    failures = {
        "taken": run.returncode == 0,
        "a traceback": "Traceback" in run.stderr,
        "not a line that names it": run.stderr.count("\n") != 1 or not run.stderr.startswith(f"{name} : "),
        "the secret is said": SECRET in run.stdout + run.stderr,
        "a file is made": bool(made),
    }
    return {what: f"{name}={value[:60]!r} {made[:2]}" if failed else "" for what, failed in failures.items()}
