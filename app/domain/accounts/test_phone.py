"""A telephone number as it is pasted, from a page, a card, a spreadsheet or a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.accounts.phone import clean_phone, find_phone_error, parse_phone
from app.domain.cases.mandate.phone_numbers import parse_mobile
from app.domain.errors import Invalid

INVISIBLE = (*"\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2060\u2066\u2069\ufeff\u00ad", "\u202d")
BLANKS = "\u00a0\u202f\u2007\u2009\u3000\t"
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212\uff0d\ufe63"


@pytest.mark.parametrize("phone", ["01 99 00 12 34", "0199001234", "+33 1.99.00.12.34", "+262 262 12 34 56"])
def test_numbers_as_people_write_them_stay(phone: str) -> None:
    assert parse_phone(phone) == phone


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("\u202a+33 6 39 98 12 34\u202c", "+33 6 39 98 12 34"),
        ("\u200e06 39 98 12 34", "06 39 98 12 34"),
        ("06\u201139\u201198\u201112\u201134", "06-39-98-12-34"),
        ("06\u201339\u201398\u201312\u201334", "06-39-98-12-34"),
        ("33639981234", "+33639981234"),
        ("05 36 49 00 12 poste 12", "05 36 49 00 12 poste 12"),
        ("05 36 49 00 12, Poste : 12", "05 36 49 00 12 poste 12"),
        ("tel:+33-6-39-98-12-34", "+33-6-39-98-12-34"),
        ("Tél. : 05 36 49 00 12", "05 36 49 00 12"),
        ("Téléphone 05 36 49 00 12", "05 36 49 00 12"),
        ("\uff10\uff15 36 49 00 12", "05 36 49 00 12"),
        ("\uff0b33 5 36 49 00 12", "+33 5 36 49 00 12"),
        ("٠١٩٩٠٠١٢٣٤", "0199001234"),
        ("« 05·36·49·00·12 »,", "05.36.49.00.12"),
        ("(0)199-001-234", "(0)199-001-234"),
        *((f"{sign}05 36{sign} 49 00 12{sign}", "05 36 49 00 12") for sign in INVISIBLE),
        *((f"05{blank}36{blank}49 00 12", "05 36 49 00 12") for blank in BLANKS),
        *((f"05{dash}36 49 00 12", "05-36 49 00 12") for dash in DASHES),
    ],
)
def test_what_a_copy_brings_along_goes(typed: str, read: str) -> None:
    assert parse_phone(typed) == read == parse_phone(read)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "Saisissez un numéro de téléphone"),
        ("jeanne", "Saisissez un numéro de téléphone"),
        ("05 36 49 00 12 bureau", "Retirez « bureau » du"),
        ("05 36 49 00 1z", "Retirez « z » du"),
        ("05_36_49_00_12", "Retirez « _ » du"),
        ("05 36 49 00 12 / 06 39 98 12 34", "Saisissez un seul numéro"),
        ("+33 5 36+33 6 39", "Saisissez un seul numéro"),
        ("12", "Il manque des chiffres"),
        ("1" * 16, "Saisissez un seul numéro"),
        ("01 99 00 12 34" + " " * 3 + "." * 40, "trop long"),
        ("." * 12, "Saisissez un numéro de téléphone"),
    ],
)
def test_what_is_no_number_is_named(typed: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        parse_phone(typed)


@given(st.text(max_size=40) | st.from_regex(r"[0-9 +().\u200e\u2011/-]{0,30}"))
def test_a_number_that_was_read_is_plain_and_reads_the_same_again(typed: str) -> None:
    read = clean_phone(typed)
    assert clean_phone(read) == read
    assert find_phone_error(read) or (read.isascii() and read.isprintable())


@pytest.mark.parametrize(
    "typed",
    [
        *("\u202a+33 6 39 98 12 34\u202c", "\u200e06 39 98 12 34", "06\u201139\u201198\u201112\u201134", "33639981234"),
        *("tel:06 39 98 12 34", "06\u202f39\u202f98\u202f12\u202f34", "０６ 39 98 12 34", "0033 6 39 98 12 34"),
    ],
)
def test_a_citizen_s_mobile_is_read_by_the_same_reader(typed: str) -> None:
    assert parse_mobile(typed) == "+33639981234"


def test_an_sms_has_no_extension_and_the_word_that_is_too_many_is_named() -> None:
    with pytest.raises(Invalid, match="poste"):
        parse_mobile("06 39 98 12 34 poste 12")
    with pytest.raises(Invalid, match="Retirez « fille » du"):
        parse_mobile("06 39 98 12 34 fille")


@pytest.mark.parametrize("typed", ["3230", "39 39", "115", "118 218", "1013"])
def test_a_short_number_is_a_team_s_and_no_person_s(typed: str) -> None:
    assert not find_phone_error(clean_phone(typed), may_be_short=True) and find_phone_error(clean_phone(typed))
    assert find_phone_error("12 34 56", may_be_short=True)
