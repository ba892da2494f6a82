"""bin/bench COMMAND, one of COMMANDS: each calls one function and prints a table."""

import sys

from bench.faults import break_everything
from bench.flaws import find_flaws
from bench.fuzz import try_everything
from bench.hostile import attack
from bench.imports import measure
from bench.letters import send_many
from bench.line import wait
from bench.load import hold
from bench.memory import weigh_process
from bench.migrations import measure as measure_migrations
from bench.people import measure as measure_people
from bench.scale import scale
from bench.sealed import measure as measure_sealed
from bench.throughput import measure as measure_throughput
from bench.weight import weigh

COMMANDS = {
    "weight": weigh,
    "line": wait,
    "imports": measure,
    "people": measure_people,
    "sealed": measure_sealed,
    "migrations": measure_migrations,
    "faults": break_everything,
    "fuzz": try_everything,
    "hostile": attack,
    "flaws": find_flaws,
    "load": hold,
    "letters": send_many,
    "scale": scale,
    "memory": weigh_process,
    "throughput": measure_throughput,
}


def main() -> None:
    command = COMMANDS.get(sys.argv[1] if len(sys.argv) > 1 else "")
    if command is None:
        sys.exit(f"Usage : bin/bench {' | '.join(COMMANDS)}")
    sys.exit(command())


if __name__ == "__main__":
    main()
