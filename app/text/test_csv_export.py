"""No typed text is computed by a spreadsheet, and every cell is read back as it was."""

import csv
import io

import pytest

from app.text.csv_export import escape_formula, format_csv

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", " =1+1", "\t=1", "\r=1", "\n=1", "＝1+1", '=HYPERLINK("http://x";"y")']


@pytest.mark.parametrize("typed", HOSTILE)
def test_a_formula_is_text(typed: str) -> None:
    assert escape_formula(typed) == f"'{typed}"


@pytest.mark.parametrize("typed", ["CAF du Lot", "l’usager = lui", "12", "", "a;b", 'dit « "non" »', "a\nb"])
def test_anything_else_is_itself(typed: str) -> None:
    assert escape_formula(typed) == typed


def test_a_separator_a_quote_or_a_line_end_opens_no_cell() -> None:
    typed = ["a;=b", 'x";=y', "u\r\n=v", *HOSTILE]

    (read,) = csv.reader(io.StringIO(format_csv([typed]), newline=""), delimiter=";")

    assert [cell.removeprefix("'") for cell in read] == typed
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in read)
