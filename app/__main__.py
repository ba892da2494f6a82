"""python -m app serve | seed | migrate | erase-due | maintenance on…: each calls one function."""

import asyncio
import sys

from app.erasing import erase_now
from app.maintaining import start_maintenance, stop_maintenance
from app.resetting import forget_second_factor
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


def _forget_second_factor(address: str) -> None:
    asyncio.run(forget_second_factor(address))
    print(f"Double authentification retirée pour {address}, dont les sessions sont fermées. Une lettre le lui dit.")


COMMANDS = {
    "serve": serve,
    "seed": _seed,
    "migrate": _migrate,
    "erase-due": _erase_due,
    "maintenance on": _maintenance_on,
    "maintenance off": _maintenance_off,
}

WITH_A_WORD = {"forget-second-factor": ("ADRESSE", _forget_second_factor)}
"""Followed by one word: what it stands for."""


def main() -> None:
    first, *words = sys.argv[1:] or [""]
    if first in WITH_A_WORD and len(words) == 1:
        WITH_A_WORD[first][1](words[0])
    elif command := COMMANDS.get(" ".join(sys.argv[1:])):
        command()
    else:
        sys.exit(f"Usage : python -m app {' | '.join([*COMMANDS, *_usages()])}")


def _usages() -> list[str]:
    return [f"{name} {word}" for name, (word, _) in WITH_A_WORD.items()]


if __name__ == "__main__":
    main()
