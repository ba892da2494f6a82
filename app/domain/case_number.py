"""The number of a case, that one says on the phone: seven drawn digits and a check digit. Source: features.md W8.

Drawn, so that it says nothing of the case, of its date or of how many there are. Never reused: case_number keeps each
number that was drawn, without its case. There are ten million.
"""

import re
import secrets

from db.tables.cases import CaseNumber

_DRAWN_DIGITS = 7
_TRIES = 50
_DAMM_TABLE = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
"""A quasigroup of order 10 without fixed pairs. Source: H. M. Damm, « Total anti-symmetrische Quasigruppen », 2004."""
_TYPED = re.compile(r"\D*([0-9]{4})\W?([0-9]{4})\D*")


async def draw_case_number() -> int:
    """A new number, its check digit included. Runs in the caller's transaction.

    Raises RuntimeError when almost all numbers are drawn.
    """
    for _ in range(_TRIES):
        number = add_check_digit(secrets.randbelow(10**_DRAWN_DIGITS))
        if await CaseNumber.raw(_DRAW_SQL, number):
            return number
    raise RuntimeError("almost all case numbers are drawn: a number needs more digits")


_DRAW_SQL = "INSERT INTO case_number (number) VALUES ({}) ON CONFLICT DO NOTHING RETURNING number"


def add_check_digit(drawn: int) -> int:
    """It detects each wrong digit and each exchange of two neighbours."""
    return drawn * 10 + _reduce_digits(f"{drawn:0{_DRAWN_DIGITS}}")


def _reduce_digits(digits: str) -> int:
    check = 0
    for digit in digits:
        check = int(_DAMM_TABLE[check][int(digit)])
    return check


def format_case_number(number: int) -> str:
    """48271930 -> « 4827-1930 »."""
    digits = f"{number:0{_DRAWN_DIGITS + 1}}"
    return f"{digits[:4]}-{digits[4:]}"


def parse_case_number(typed: str) -> int | None:
    """« 4827-1930 », « n° 4827 1930 », « 48271930 ». None for anything else, and for a wrong check digit."""
    found = _TYPED.fullmatch(typed.strip())
    digits = "".join(found.groups()) if found else ""
    return int(digits) if digits and _reduce_digits(digits) == 0 else None


def is_mistyped(typed: str) -> bool:
    """Written as a number, with a wrong check digit: a digit was misheard or left out."""
    found = re.fullmatch(r"\s*[0-9]{4}-[0-9]{4}\s*", typed)
    return found is not None and parse_case_number(typed) is None
