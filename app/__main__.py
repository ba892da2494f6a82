"""python -m app serve | seed | migrate | erase-due: each calls one function."""

import asyncio
import sys

from app.erasing import erase_now
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


def _erase_due() -> None:
    done = asyncio.run(erase_now())
    print(
        f"{done.erased} demandes effacées, {done.silent} demandes sans nouvelles (relance ou clôture), "
        f"{done.drafts} brouillons supprimés"
    )


COMMANDS = {"serve": serve, "seed": _seed, "migrate": _migrate, "erase-due": _erase_due}


def main() -> None:
    command = COMMANDS.get(sys.argv[1] if len(sys.argv) == 2 else "")
    if command is None:
        sys.exit(f"Usage : python -m app {' | '.join(COMMANDS)}")
    command()


if __name__ == "__main__":
    main()
