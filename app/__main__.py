"""python -m app serve | seed | migrate | erase-due | maintenance on | maintenance off: each calls one function."""

import asyncio
import sys

from app.erasing import erase_now
from app.maintaining import start_maintenance, stop_maintenance
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


def _maintenance_on() -> None:
    asyncio.run(start_maintenance())
    print("Maintenance commencée : tout se lit, rien ne s’écrit. Pour finir : python -m app maintenance off")


def _maintenance_off() -> None:
    asyncio.run(stop_maintenance())
    print("Maintenance terminée.")


COMMANDS = {
    "serve": serve,
    "seed": _seed,
    "migrate": _migrate,
    "erase-due": _erase_due,
    "maintenance on": _maintenance_on,
    "maintenance off": _maintenance_off,
}


def main() -> None:
    command = COMMANDS.get(" ".join(sys.argv[1:]))
    if command is None:
        sys.exit(f"Usage : python -m app {' | '.join(COMMANDS)}")
    command()


if __name__ == "__main__":
    main()
