"""CSV for people's spreadsheets: semicolons and a byte-order mark for those set to French, and no cell that computes.

A text that begins like a formula gets an apostrophe, which a spreadsheet takes as « this is text ».
Source: features.md G3; security.md T29; OWASP, CSV injection.
"""

import csv
import io
from collections.abc import Iterable, Sequence

BYTE_ORDER_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def format_csv(rows: Iterable[Sequence[object]]) -> str:
    """Every cell between quotes: a separator or a line end inside it opens no other cell."""
    written = io.StringIO()
    csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(
        [escape_formula(str(cell)) for cell in row] for row in rows
    )
    return written.getvalue()


def escape_formula(cell: str) -> str:
    """Blanks before the sign do not save it: some spreadsheets drop them."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) or cell.startswith(("\t", "\r", "\n", "\0")) else cell
