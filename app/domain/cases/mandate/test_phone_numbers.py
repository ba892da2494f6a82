"""Every way to write a French mobile number gives the same number; nothing else is accepted."""

import pytest

from app.domain.cases.mandate.phone_numbers import parse_mobile
from app.domain.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("06 39 98 12 34", "+33639981234"),
        ("06.12.34.56.78", "+33612345678"),
        ("0612345678", "+33612345678"),
        (" +33 6 12 34 56 78 ", "+33612345678"),
        ("+33 (0)6-12-34-56-78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("07 56 00 00 01", "+33756000001"),
        ("0690 00 12 34", "+590690001234"),
        ("0694 20 12 34", "+594694201234"),
        ("0696 20 12 34", "+596696201234"),
        ("0692 12 34 56", "+262692123456"),
        ("0639 01 23 45", "+262639012345"),
        ("+262 639 01 23 45", "+262639012345"),
        ("+33 690 00 12 34", "+590690001234"),
        ("07 09 10 12 34", "+596709101234"),
        ("+508 55 12 34", "+508551234"),
        ("+687 75 12 34", "+687751234"),
        ("+689 87 12 34 56", "+68987123456"),
        ("+681 82 12 34", "+681821234"),
    ],
)
def test_a_mobile_is_read_as_people_write_it(typed: str, number: str) -> None:
    assert parse_mobile(typed) == number
    assert parse_mobile(number) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "05 36 49 00 01",
        "06 12 34 56",
        "06 12 34 56 78 9",
        "07 00 12 34 56 78 90",
        "0700123456",
        "+32 470 12 34 56",
        "+687 12 34 56",
        "36 46",
        "zéro six",
        "+33612345678\n+33612345679",
        "6" * 400,
        "06\0 12 34 56 78",
    ],
)
def test_anything_else_is_refused_in_words(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_mobile(typed)
    assert "numéro" in refused.value.fields["telephone"]
