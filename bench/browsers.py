"""On PostgreSQL what bin/test runs on SQLite alone, for its minutes: browser tests, and those of pages and emails."""

import re
import subprocess
import sys

from app.tests.support.selection import PAGES_AND_EMAILS

_CLOSING = re.compile(r"\d+ passed.* in ")


def run_browsers() -> int:
    return _run_tests("e2e", "--browsers-on", "postgresql")


def run_again() -> int:
    """On both databases: a failure on PostgreSQL alone then says so."""
    return _run_tests(*PAGES_AND_EMAILS)


def _run_tests(*options: str) -> int:
    """Prints what pytest prints, its closing line last. Returns its exit code."""
    command = [sys.executable, "-m", "pytest", *options, "-n", "3", "--dist", "loadfile"]
    closing = ""
    with subprocess.Popen([*command, *sys.argv[2:]], stdout=subprocess.PIPE, text=True) as running:  # noqa: S603
        assert running.stdout is not None
        for line in running.stdout:
            print(line, end="", flush=True)
            closing = line.strip(" =\n") if _CLOSING.search(line) else closing
    print(closing)
    return running.returncode
