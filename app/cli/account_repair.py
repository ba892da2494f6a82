"""python -m app forget-second-factor ADDRESS, correct-address NUMBER ADDRESS: changes that no page offers."""

import sys
from datetime import UTC, datetime

from app.cli.database import open_database
from app.domain.authentication.second_factor import reset_factor_by_address
from app.domain.operations.correct_address import correct_address


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
