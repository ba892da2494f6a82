"""bin/bench COMMAND: each of COMMANDS calls one function, which prints a table."""

import sys

from bench.browsers import run_again, run_browsers
from bench.day import measure_day
from bench.faults import run_faults
from bench.flaws import find_flaws
from bench.fuzz import run_fuzz
from bench.hostile import run_attacks
from bench.imports import measure_imports
from bench.letters import send_emails
from bench.line import measure_waiting
from bench.load import hold_load
from bench.memory import measure_memory
from bench.migrations import measure as measure_migrations
from bench.people import measure as measure_people
from bench.scale import measure_scale
from bench.sealed import measure as measure_sealed
from bench.throughput import measure as measure_throughput
from bench.weight import measure_weight

COMMANDS = {
    "weight": measure_weight,
    "line": measure_waiting,
    "day": measure_day,
    "browsers": run_browsers,
    "again": run_again,
    "imports": measure_imports,
    "people": measure_people,
    "sealed": measure_sealed,
    "migrations": measure_migrations,
    "faults": run_faults,
    "fuzz": run_fuzz,
    "hostile": run_attacks,
    "flaws": find_flaws,
    "load": hold_load,
    "letters": send_emails,
    "scale": measure_scale,
    "memory": measure_memory,
    "throughput": measure_throughput,
}


def main() -> None:
    command = COMMANDS.get(sys.argv[1] if len(sys.argv) > 1 else "")
    if command is None:
        sys.exit(f"Usage : bin/bench {' | '.join(COMMANDS)}")
    sys.exit(command())


if __name__ == "__main__":
    main()
