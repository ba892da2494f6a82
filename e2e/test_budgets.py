"""The budgets of a slow connection hold: runs bin/bench weight."""

import subprocess
import sys


def test_every_page_of_the_journey_keeps_its_budget() -> None:
    """In its own process: one browser driver a process."""
    done = subprocess.run([sys.executable, "-m", "bench", "weight"], capture_output=True, text=True, timeout=600)

    assert done.returncode == 0, done.stdout + done.stderr
