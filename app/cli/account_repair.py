"""python -m app forget-second-factor ADDRESS, correct-address NUMBER ADDRESS, identifiers: what no page offers."""

import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from app.cli.database import open_database
from app.domain.authentication.second_factor import reset_factor_by_address
from app.domain.operations.correct_address import correct_address
from app.domain.operations.stored_identifiers import list_stored_identifiers


async def forget_second_factor(address: str) -> None:
    """For the last administrator: no other one can reset their second factor."""
    async with open_database():
        await reset_factor_by_address(address, datetime.now(UTC))


async def correct_account_address(number: str, address: str) -> None:
    """For an account of an older release whose address cannot receive email."""
    if not (number.isascii() and number.isdecimal()):
        sys.exit("Le premier mot est le numéro du compte : python -m app migrate le donne.")
    async with open_database():
        await correct_address(int(number), address, datetime.now(UTC))


async def show_stored_identifiers() -> None:
    """The ids alone: what was typed is on the pages of the people who may read it."""
    async with open_database():
        print(format_identifiers(await list_stored_identifiers()))


def format_identifiers(found: Mapping[str, Iterable[str]]) -> str:
    if not found:
        return "Rien à reprendre : chaque identifiant gardé se lit."
    return "\n".join(["À reprendre, par numéro :", *(f"{kind} : {', '.join(ids)}" for kind, ids in found.items())])
