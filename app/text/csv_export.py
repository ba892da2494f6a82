"""CSV for spreadsheets set to French: semicolons, a byte-order mark, and no cell that is computed.

A text that begins like a formula gets an apostrophe, which marks it as text. Source: features.md G3; security.md T29;
OWASP, CSV injection.
"""

import csv
import io
from collections.abc import Iterable, Sequence

BYTE_ORDER_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def format_csv(rows: Iterable[Sequence[object]]) -> str:
    """Quotes every cell: a separator or a line end in it starts no other cell."""
    written = io.StringIO()
    csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(
        [escape_formula(str(cell)) for cell in row] for row in rows
    )
    return written.getvalue()


def escape_formula(cell: str) -> str:
    """Ignores blanks before the sign, because some spreadsheets drop them."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) or cell.startswith(("\t", "\r", "\n", "\0")) else cell
