"""python -m app serve | seed: each calls one function."""

import asyncio
import sys

from app.seeding import seed
from app.serving import serve


def _seed() -> None:
    report = asyncio.run(seed())
    taken = report.created + report.corrected + report.unchanged
    print(
        f"France Services : {taken} structures ({report.created} nouvelles, {report.corrected} corrigées, "
        f"{report.unchanged} inchangées), {len(report.refused)} lignes refusées"
    )
    for line, reason in report.refused:
        print(f"  ligne {line} : {reason}")


COMMANDS = {"serve": serve, "seed": _seed}


def main() -> None:
    command = COMMANDS.get(sys.argv[1] if len(sys.argv) == 2 else "")
    if command is None:
        sys.exit(f"Usage : python -m app {' | '.join(COMMANDS)}")
    command()


if __name__ == "__main__":
    main()
