"""Tries the 10,000 most common passwords, and the usual extensions of the first thousand to twelve characters.

most_common.txt is « wordlists/ignis-10K.txt » of github.com/ignis-sec/Pwdb-Public at 9b53917 (MIT, 2020).
"""

from pathlib import Path

from app.domain.authentication.password_policy import find_policy_error
from bench.hostile.table import report

LIST = Path(__file__).with_name("most_common.txt")
TWICE = ("{0}{0}", "{0}.{0}!")
ADDED = ("{0}123456", "{0}2026!", "Moi{0}12!")
"""Additions that people make when a form demands « one capital, one digit, one sign »."""


def attack() -> int:
    """Extended words are printed and fail nothing: a randomly drawn word stays as hard to guess."""
    words = LIST.read_text().split("\n")[:10_000]
    for made in ADDED:
        report(f"the first thousand as {made}", list_accepted(words[:1000], made))
    reached = [report(f"the first thousand as {made}", list_accepted(words[:1000], made)) for made in TWICE]
    return max(report("the 10,000 most common", list_accepted(words)), *reached)


def list_accepted(words: list[str], made: str = "{0}") -> list[str]:
    """The passwords that are accepted; of the extended ones, those that are long enough."""
    tried = [made.format(word) for word in words if made == "{0}" or len(made.format(word)) >= 12]
    return ["" if find_policy_error(password, []) else password for password in tried]
