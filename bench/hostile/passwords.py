"""The 10,000 most common passwords, and what people make of the first thousand to reach twelve characters.

most_common.txt is « wordlists/ignis-10K.txt » of github.com/ignis-sec/Pwdb-Public at 9b53917 (MIT, 2020).
"""

from pathlib import Path

from app.domain.authentication.password_policy import find_policy_error
from bench.hostile.table import report

LIST = Path(__file__).with_name("most_common.txt")
TWICE = ("{0}{0}", "{0}.{0}!")
ADDED = ("{0}123456", "{0}2026!", "Moi{0}12!")
"""What forms of « one capital, one digit, one sign » bring people to add."""


def attack() -> int:
    """What is added to a word is shown and fails nothing: a word drawn by a machine is as long to guess as before."""
    words = LIST.read_text().split("\n")[:10_000]
    for made in ADDED:
        report(f"the first thousand as {made}", list_accepted(words[:1000], made))
    reached = [report(f"the first thousand as {made}", list_accepted(words[:1000], made)) for made in TWICE]
    return max(report("the 10,000 most common", list_accepted(words)), *reached)


def list_accepted(words: list[str], made: str = "{0}") -> list[str]:
    """Each password that nothing refuses, or nothing in its place. Of the made ones, those that are long enough."""
    tried = [made.format(word) for word in words if made == "{0}" or len(made.format(word)) >= 12]
    return ["" if find_policy_error(password, []) else password for password in tried]
