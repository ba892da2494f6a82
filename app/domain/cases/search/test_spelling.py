"""One spelling for what is indexed and what is typed."""

import pytest

from app.domain.cases.citizen import Citizen
from app.domain.cases.search.births import list_birth_dates, list_birth_years, list_searched_dates
from app.domain.cases.search.spelling import (
    list_number_endings,
    list_number_spellings,
    split_name,
    split_numbers,
)
from app.domain.cases.search.terms import parse_terms
from app.domain.cases.search.tokens import TokenPurpose, list_marks


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Le Gôff-d’Arc", ["le", "goff", "d", "arc"]),
        ("Łukasz Großmann", ["lukasz", "grossmann"]),
        ("Søren ĐORĐEVIĆ", ["soren", "dordevic"]),
        ("Œdipe Ægir", ["oedipe", "aegir"]),
        ("", []),
    ],
)
def test_names_are_cut_into_folded_parts(text: str, parts: list[str]) -> None:
    assert split_name(text) == parts


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("06 39.98-47 11", ["0639984711"]),
        ("06 39 98 47 11, 2024 A 77813", ["0639984711", "2024a77813"]),
        ("05 36 49 00 12 poste 12", ["0536490012"]),
        ("2 57 03 2A 042 118 45", ["257032a04211845"]),
        ("AB123456", ["ab123456"]),
        ("AB 123 456", ["123456"]),
        ("12 rue Haute, 46000 Cahors", ["46000"]),
        ("12 rue Haute", []),
    ],
)
def test_numbers_are_read_without_their_spaces(text: str, numbers: list[str]) -> None:
    assert split_numbers(text) == numbers


@pytest.mark.parametrize(
    ("number", "other"),
    [
        ("33639984711", "0639984711"),
        ("0033639984711", "0639984711"),
        ("257034604211845", "2570346042118"),
        ("1234567a", "1234567"),
    ],
)
def test_two_spellings_of_one_number_share_one(number: str, other: str) -> None:
    assert list_number_spellings(number) & list_number_spellings(other)


def test_a_number_is_found_by_its_last_four_digits() -> None:
    assert list_number_endings("257034604211845") == {"1845", "2118"}
    assert list_number_endings("46000") == set()


@pytest.mark.parametrize(
    "typed",
    [
        *("12/03/1957", "12.3.1957", "1957-03-12", "12 mars 1957", "12031957", "19570312", "12mars1957"),
        *("12/03/1957 à Marseille", "12 mars 1957 à Paris 12e", "12/03/1957 75012 Paris"),
    ],
)
def test_a_date_is_the_same_however_it_is_written(typed: str) -> None:
    assert list_birth_dates(typed) == {"12031957"} and list_birth_years(typed) == {"1957"}


def test_a_year_of_two_digits_is_of_both_centuries_and_a_telephone_is_no_birth() -> None:
    assert list_birth_dates("12/3/57") == list_birth_dates("né le 12-03-57") == {"12031957", "12032057"}
    assert list_birth_dates("12 mars 57") == list_birth_dates("12 03 57") == {"12031957", "12032057"}
    assert list_birth_years("12.3.57") == list_birth_years("mars 57") == {"1957", "2057"}
    for telephone in ("06.12.34.56.78", "06-12-34-5", "06 12 34 56 78", "0612341957"):
        assert list_birth_dates(telephone) == set()


def test_what_begins_a_telephone_is_no_birth_in_a_search_and_is_one_in_its_field() -> None:
    assert list_birth_dates("06 12 34") == {"06121934", "06122034"}
    assert list_searched_dates("06 12 34") == set() and list_searched_dates("12 03 57") == list_birth_dates("12/3/57")
    marks = {
        mark
        for typed in ("moreau 06 12 34", "06.12.34.56.78")
        for one in parse_terms(typed)
        for mark in one.list_marks()
    }
    assert not [word for purpose, word in marks if purpose == TokenPurpose.BIRTH and word.isdecimal()]


def test_a_year_alone_is_a_year() -> None:
    assert (list_birth_dates("vers 1957"), list_birth_years("vers 1957")) == (set(), {"1957"})


def test_a_word_of_one_field_says_nothing_of_another() -> None:
    marks = list_marks(Citizen("Martin", "Martin", "1957"), ["Martin", "06 39 98 47 11", "1957"])
    assert {purpose for purpose, word in marks if word == "martin"} == {
        TokenPurpose.FIRST_NAME,
        TokenPurpose.LAST_NAME,
        TokenPurpose.OTHER,
    }
    assert {purpose for purpose, word in marks if word == "1957"} == {TokenPurpose.BIRTH, TokenPurpose.NUMBER}
    assert (TokenPurpose.LAST_DIGITS, "4711") in marks and (TokenPurpose.NUMBER, "4711") not in marks


def test_particles_count_beside_no_other_word() -> None:
    assert [term.text for term in parse_terms("de la Tour")] == ["tour"]
    assert [term.text for term in parse_terms("De La")] == ["de", "la"]
