"""bin/trial list, or bin/trial NAME: runs one, and records its pass unless the tree has changes of its own."""

import os
import shlex
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from app.settings import ROOT
from bench.trials import TRIALS
from bench.trials.table import RESULTS, TrialPass, read_passes, record_pass, shorten

_RESULTS_APART = (".", ":!bench/RESULTS.md")
"""The record of a trial is no change that would keep the next one from being recorded."""


def main(arguments: list[str]) -> int:
    match arguments:
        case ["list"]:
            print_list(RESULTS.read_text())
            return 0
        case [name] if name in TRIALS:
            return run_trial(name)
    print(f"Usage : bin/trial list, bin/trial {' | '.join(TRIALS)}", file=sys.stderr)
    return 2


def print_list(text: str) -> None:
    passes = read_passes(text)
    for name, trial in TRIALS.items():
        last = passes.get(name)
        passed = f"passed on {last.commit}, {last.day}" if last else "never"
        print(f"{name:22} {trial.minutes:3} min  {passed:31}  {trial.shows}")


def run_trial(name: str, results: Path = RESULTS, root: Path = ROOT) -> int:
    """The exit code of its command. A failure is not recorded: the table keeps the last pass."""
    commit = find_clean_commit(root)
    if not commit:
        print("The tree has changes, or is no git repository: a pass will not be recorded.", file=sys.stderr)
    began = time.monotonic()
    code, figures = run_command(TRIALS[name].command, root)
    seconds = f"{time.monotonic() - began:,.0f}"
    if code == 0 and commit and commit == find_clean_commit(root):
        record_pass(results, name, TrialPass(commit, datetime.now(UTC).date().isoformat(), seconds, figures))
        print(f"{name}: passed in {seconds} s, recorded in bench/RESULTS.md", file=sys.stderr)
    else:
        print(f"{name}: {'failed' if code else 'passed'} after {seconds} s, not recorded", file=sys.stderr)
    return code


def find_clean_commit(root: Path) -> str:
    """The commit of the files; empty when one differs from it, or is not in it."""
    try:
        return "" if _git(root, "status", "--porcelain", "--", *_RESULTS_APART) else _git(root, "rev-parse", "HEAD")[:8]
    except subprocess.CalledProcessError:
        return ""


def run_command(command: str, root: Path) -> tuple[int, str]:
    """Shows what it prints. Returns (exit code, the last line)."""
    last, environment = "", {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        shlex.split(command), cwd=root, env=environment, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        for line in running.stdout:
            print(line, end="", flush=True)
            last = line.strip() or last
    return running.returncode, shorten(last)


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
