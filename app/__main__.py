"""python -m app COMMAND: each calls one function; what follows the command's name is given to it."""

import asyncio
import inspect
import os
import sys
from collections.abc import Callable

from app.cli.account_repair import correct_account_address, forget_second_factor, show_stored_identifiers
from app.cli.backup.commands import (
    drop_emails,
    release_emails,
    restore_backup,
    show_emails,
    write_backup,
)
from app.cli.backup.work_folder import remove_leftovers
from app.cli.baseline import bring_over_database
from app.cli.clean_images import clean_images
from app.cli.erase_due import erase_due_data
from app.cli.first_admin import create_first_admin
from app.cli.maintenance import start_maintenance, stop_maintenance
from app.cli.move.commands import move_database
from app.cli.rotate_keys import encrypt_stored_files, rotate_keys
from app.cli.seed import migrate, seed
from app.server.preflight import check_demo_exposure
from app.server.serve import serve
from app.settings import OWN_FILE_PATTERNS, settings
from app.settings.values import BadSettingError
from db.private_files import restrict_folder_to_owner

OWNER_ONLY = 0o077
"""Whatever a command creates, and the tools that it runs, is for its own account."""


def _seed() -> None:
    check_demo_exposure()
    report = asyncio.run(seed())
    encrypt_stored_files()
    print(
        f"France Services : {report.accepted} structures ({report.created} nouvelles, {report.corrected} corrigées, "
        f"{report.unchanged} inchangées), {len(report.refused)} lignes refusées"
    )
    for line, reason in report.refused:
        print(f"  ligne {line} refusée : {reason}")
    if report.created or report.corrected:
        for line, remark in report.remarks:
            print(f"  ligne {line} à vérifier : {remark}")


def _migrate() -> None:
    asyncio.run(migrate())
    encrypt_stored_files()


def _erase_due() -> None:
    done = asyncio.run(erase_due_data())
    print(
        f"{done.erased} demandes effacées, {done.inactive} demandes sans nouvelles (relance ou clôture), "
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
    print(f"Double authentification retirée pour {address}, dont les sessions sont fermées. Un mail le lui dit.")


def _correct_address(number: str, address: str) -> None:
    asyncio.run(correct_account_address(number, address))
    print(f"Le compte {number} reçoit désormais ses mails à {address}. Ses sessions sont fermées.")


def _list_identifiers() -> None:
    asyncio.run(show_stored_identifiers())


def _first_admin(address: str) -> None:
    made = asyncio.run(create_first_admin(address))
    print(f"{made} administre la plateforme : demander un lien sur la page de connexion.")


COMMANDS: dict[str, Callable[..., None]] = {
    "serve": serve,
    "first-admin": _first_admin,
    "seed": _seed,
    "migrate": _migrate,
    "baseline": bring_over_database,
    "erase-due": _erase_due,
    "maintenance on": _maintenance_on,
    "maintenance off": _maintenance_off,
    "rotate-keys": rotate_keys,
    "clean-images": clean_images,
    "backup": write_backup,
    "restore": restore_backup,
    "emails held": show_emails,
    "emails release": release_emails,
    "emails drop": drop_emails,
    "move": move_database,
    "forget-second-factor": _forget_second_factor,
    "correct-address": _correct_address,
    "identifiers": _list_identifiers,
}

_FORMER = "letters"
"""What « emails » was called before the release of 2026-11-27: still read for one release."""


def main() -> None:
    os.umask(OWNER_ONLY)
    for folder in settings.folders:
        restrict_folder_to_owner(folder, OWN_FILE_PATTERNS)
    remove_leftovers(settings.var_folder)
    words = sys.argv[1:]
    if words[:1] == [_FORMER]:
        words[0] = "emails"
    for length in (2, 1):
        command, given = COMMANDS.get(" ".join(words[:length])), words[length:]
        if command and _accepts_arguments(command, given):
            _run(command, given)
            return
    sys.exit(f"Usage : python -m app {' | '.join(COMMANDS)}")


_CHANGE_OWNER = "donnez-le-lui (chown), ou choisissez un autre endroit."


def _run(command: Callable[..., None], given: list[str]) -> None:
    """Refuses like a setting what shows only on the way: a damaged key file, an address typed after the command, a base
    that does not answer.
    """
    try:
        command(*given)
    except BadSettingError as refused:
        sys.exit(str(refused))
    except PermissionError as closed:
        if not closed.filename:
            raise
        sys.exit(f"{closed.filename} : le compte qui démarre n’a pas le droit de lire ou d’écrire là ; {_CHANGE_OWNER}")


def _accepts_arguments(command: Callable[..., None], given: list[str]) -> bool:
    """A command that takes any number of words says itself what is wrong with them."""
    known = inspect.signature(command).parameters.values()
    if any(one.kind == one.VAR_POSITIONAL for one in known):
        return True
    least = [one for one in known if one.default is one.empty]
    return len(least) <= len(given) <= len(known)


if __name__ == "__main__":
    main()
