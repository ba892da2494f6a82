"""Every browser test again, with servers on PostgreSQL: bin/test runs most of them on SQLite, for its minutes."""

import re
import subprocess
import sys

_CLOSING = re.compile(r"\d+ passed.* in ")


def run_browsers() -> int:
    """Prints what pytest prints, its closing line last. Returns its exit code."""
    command = [sys.executable, "-m", "pytest", "e2e", "-n", "3", "--dist", "loadfile", "--browsers-on", "postgresql"]
    closing = ""
    with subprocess.Popen([*command, *sys.argv[2:]], stdout=subprocess.PIPE, text=True) as running:  # noqa: S603
        assert running.stdout is not None
        for line in running.stdout:
            print(line, end="", flush=True)
            closing = line.strip(" =\n") if _CLOSING.search(line) else closing
    print(closing)
    return running.returncode
