"""The matrices as documented: in the docstrings of the two modules that decide, and in docs/permissions.md."""

import re
from pathlib import Path

from app.domain.accounts import duties
from app.domain.accounts.duties import Duty
from app.domain.audience import Audience
from app.domain.cases import permissions
from app.domain.cases.permissions import Action
from app.settings import ROOT

COLUMNS = ("author", "colleague", "referent", "expert", "who closed it")
Rights = dict[tuple[Action, str], frozenset[str]]
"""(action, when) -> who, among WHO."""
Duties = dict[Duty, dict[str, str]]
"""duty -> role -> scope: « all », « of their territories », « their own »; absent when not allowed."""
FRENCH = ROOT / "docs/permissions.md"
_WHEN = {
    "brouillon": "draft",
    "ouverte": "open",
    "nouvelle, ouverte par personne": "new",
    "suspendue": "suspended",
    "close": "closed",
    "close, sauf retirée": "closed, unless withdrawn",
}
STATES_OF_KIND = {
    "draft": {"draft"},
    "new": {"open", "new"},
    "open": {"open"},
    "suspended": {"suspended"},
    "closed": {"closed", "closed, unless withdrawn"},
    "withdrawn": {"closed"},
    "gone": set[str](),
}
"""The values of « when » that hold for each kind of case."""
_OWN = {"ses territoires": "of their territories", "ses organismes": "of their organisations"}
_ROLES = ("admin", "supervisor", "pilot", "manager")


def read_rights_in_code() -> Rights:
    """From the docstring of app/domain/cases/permissions.py."""
    return _rights(read_table_rows(permissions.__doc__ or "", "| action"))


def read_rights_in_docs() -> Rights:
    return _rights(
        [
            [find_code(row[0]), *row[1:-1], _WHEN[row[-1]]]
            for row in read_table_rows(FRENCH.read_text(), "| action | auteur")
        ]
    )


def read_audiences_in_code() -> dict[Audience, set[str]]:
    """The readers of each audience, from the docstring of app/domain/cases/permissions.py."""
    return {
        Audience[row[0]]: {who for who, cell in zip(COLUMNS, row[1:], strict=False) if cell}
        for row in read_table_rows(permissions.__doc__ or "", "| audience")
    }


def read_audiences_in_docs() -> dict[Audience, set[str]]:
    return {
        Audience[find_code(row[0])]: {who for who, cell in zip(COLUMNS, row[1:], strict=False) if cell}
        for row in read_table_rows(FRENCH.read_text(), "| ligne du fil")
    }


def read_duties_in_code() -> Duties:
    """From the docstring of app/domain/accounts/duties.py."""
    return {Duty[row[0]]: _held(row[1:5]) for row in read_table_rows(duties.__doc__ or "", "| duty")}


def read_duties_in_docs() -> Duties:
    """French says « their own » in several ways: « son équipe », « modifie la sienne »."""
    rows = read_table_rows(FRENCH.read_text(), "| action | administrateur | superviseur")
    over = [
        ["all" if row[1] else "", _OWN.get(row[2], row[2]), _OWN.get(row[3], row[3]), "their own" if row[4] else ""]
        for row in rows
    ]
    return {Duty[find_code(row[0])]: _held(said) for row, said in zip(rows, over, strict=True)}


def find_allowed_actions(rights: Rights, who: set[str], kind: str) -> frozenset[Action]:
    """What the table allows a person in these columns, on a case of this kind."""
    return frozenset(
        action for (action, when), column in rights.items() if when in STATES_OF_KIND[kind] and column.intersection(who)
    )


def read_table_rows(text: str, heading: str) -> list[list[str]]:
    """The cells of the Markdown table whose first line begins with `heading`, without that line."""
    lines = text[text.index(heading) :].splitlines()
    table = lines[: next((n for n, line in enumerate(lines) if not line.startswith("|")), len(lines))]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def find_code(cell: str) -> str:
    found = re.search(r"`([A-Z_]+)`", cell)
    assert found, f"{Path(FRENCH).name}: « {cell} » names no code between back quotes"
    return found[1]


def _rights(rows: list[list[str]]) -> Rights:
    return {
        (Action[row[0]], row[-1]): frozenset(who for who, cell in zip(COLUMNS, row[1:-1], strict=True) if cell)
        for row in rows
    }


def _held(cells: list[str]) -> dict[str, str]:
    return {role: cell for role, cell in zip(_ROLES, cells, strict=True) if cell}
