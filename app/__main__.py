"""python -m app serve | seed | migrate: each calls one function."""

import asyncio
import sys

from app.seeding import migrate, seed
from app.serving import serve


def _seed() -> None:
    report = asyncio.run(seed())
    print(
        f"France Services : {report.taken} structures ({report.created} nouvelles, {report.corrected} corrigées, "
        f"{report.unchanged} inchangées), {len(report.refused)} lignes refusées"
    )
    for line, reason in report.refused:
        print(f"  ligne {line} refusée : {reason}")
    if report.created or report.corrected:
        for line, remark in report.remarks:
            print(f"  ligne {line} à vérifier : {remark}")


def _migrate() -> None:
    asyncio.run(migrate())


COMMANDS = {"serve": serve, "seed": _seed, "migrate": _migrate}


def main() -> None:
    command = COMMANDS.get(sys.argv[1] if len(sys.argv) == 2 else "")
    if command is None:
        sys.exit(f"Usage : python -m app {' | '.join(COMMANDS)}")
    command()


if __name__ == "__main__":
    main()
