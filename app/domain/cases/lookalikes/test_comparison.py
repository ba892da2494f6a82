"""Who is alike and who is not: a person typed in many ways, and people of one family."""

from dataclasses import replace

import pytest

from app.domain.cases.citizen import Citizen
from app.domain.cases.draft.draft import CitizenDetail
from app.domain.cases.lookalikes.births import is_same_birth
from app.domain.cases.lookalikes.comparison import Likeness, find_likeness
from app.domain.cases.lookalikes.numbers import list_numbers

HAUCOURT = Citizen("Éléonore", "D’Haucourt", "12/03/1957")
NIR, CAF, PHONE = "Numéro de sécurité sociale", "Numéro d’allocataire CAF", "Numéro de téléphone"


def read_numbers(typed: str) -> frozenset[str]:
    return list_numbers([CitizenDetail(NIR, typed)])


def compare_both_ways(one: Citizen, other: Citizen) -> Likeness:
    """The same in both directions."""
    there, back = find_likeness(one, [], other, []), find_likeness(other, [], one, [])
    assert there == back
    return there


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("D’Haucourt", "Eleonore"),
        ("Éléonore", "Dhaucourt"),
        ("Éléonore", "D Haucourt"),
        ("Éléonore Marie", "D’Haucourt"),
        ("Marie-Éléonore", "D'Haucourt"),
        ("Éléonore", "D’Haucourt-Petit"),
        ("Éléonore", "Petit d’Haucourt"),
        ("Eleonor", "D’Haucourt"),
        ("ELEONORE", "HAUCOURT"),
        ("Haucour", "Éléonore"),
        ("", "D’Haucourt Éléonore"),
        ("Éléonore d’Haucourt", ""),
        ("Éléonore", "D’Haucourt Éléonore"),
        ("Éléonroe", "D’Haucourt"),
        ("Éléonore", "D’Huacourt"),
    ],
)
def test_one_person_typed_in_other_ways_is_alike(first: str, last: str) -> None:
    assert compare_both_ways(HAUCOURT, replace(HAUCOURT, first_name=first, last_name=last)) == Likeness.IDENTITY


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Zbigniew", "Wałęsa"), ("zbigniew", "WALESA")),
        (("Jürgen", "Groß"), ("Jurgen", "Gross")),
        (("Søren", "Đorđević"), ("Soren", "Dordevic")),
        (("Marie", "de La Tour d’Auvergne"), ("Marie", "Latour Auvergne")),
        (("Anne", "Le Goff"), ("Anne", "Goff")),
        (("Anne-Marie", "Le Goff"), ("Marie-Anne", "Goff")),
        (("Anne-Marie", "Petit-Roi"), ("Marie Anne", "Petit")),
    ],
)
def test_letters_of_other_alphabets_and_particles_make_no_other_name(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert compare_both_ways(Citizen(*one, "1957"), Citizen(*other, "1957")) == Likeness.IDENTITY


@pytest.mark.parametrize(
    ("first", "last", "birth"),
    [
        ("Jeanne", "D’Haucourt", "12/03/1957"),
        ("Éléonore", "D’Haucourt", "12/03/1987"),
        ("Éléonore", "D’Haucourt", "13/03/1957"),
        ("Eleonor", "D’Haucour", "12/03/1957"),
        ("Éléonore", "Petit", "12/03/1957"),
        ("", "D’Haucourt Jeanne", "12/03/1957"),
        ("Éléonroe", "D’Huacourt", "12/03/1957"),
        ("Éléorneo", "D’Haucourt", "12/03/1957"),
        ("Éléonore", "D", "12/03/1957"),
        ("", "", "12/03/1957"),
    ],
)
def test_twins_a_parent_and_others_are_not_alike(first: str, last: str, birth: str) -> None:
    """A twin, a daughter of the same name, another day, two mistyped fields, another name, a particle, no name."""
    assert compare_both_ways(HAUCOURT, Citizen(first, last, birth)) == Likeness.NONE


def test_a_short_name_with_another_letter_is_another_name() -> None:
    assert compare_both_ways(Citizen("Léo", "Roi", "1957"), Citizen("Léa", "Roi", "1957")) == Likeness.NONE
    assert compare_both_ways(Citizen("Li", "De", "1957"), Citizen("De", "Li", "1957")) == Likeness.IDENTITY
    assert compare_both_ways(Citizen("Li", "De", "1957"), Citizen("Li", "De Roi", "1957")) == Likeness.NONE


@pytest.mark.parametrize(
    "typed",
    [
        "1957",
        "12/3/57",
        "12-03-1957",
        "1957-03-12",
        "12031957",
        "12 mars 1957",
        "né le 12 mars 1957",
        "03/1957",
        "12.3.57",
        "12 mars 57",
        "12 03 57",
        "12/03/1957 à Marseille",
        "12 mars 1957 à Paris 12e",
        "12mars1957",
        "19570312",
    ],
)
def test_a_birth_is_the_same_in_each_format(typed: str) -> None:
    assert is_same_birth("12/03/1957", typed) and is_same_birth(typed, "12/03/1957")


@pytest.mark.parametrize(
    "typed",
    [
        "1958",
        "13/03/1957",
        "12 avril 1957",
        "",
        "vers la fin",
        "12",
        "99/99/1957",
        "1.2.3.4",
        "06 12 34",
        "1957 ou 1958",
    ],
)
def test_another_birth_or_none_is_not_the_same(typed: str) -> None:
    assert not is_same_birth("12/03/1957", typed) and not is_same_birth(typed, "12/03/1957")


def test_a_text_without_a_year_is_compared_as_it_is() -> None:
    assert is_same_birth("Né à Prayssac", "né à prayssac") and not is_same_birth("", "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2 57 03 46 042 017 22", "2570346042017"),
        ("1 57 03 2A 042 017 22", "157032a042017"),
        ("1234567 A", "1234567"),
        ("06 39 98 12 34", "+33 6 39 98 12 34"),
        ("0639981234", "0033639981234"),
        ("3 012 345-678.901", "3012345678901"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert read_numbers(one) & read_numbers(other)


@pytest.mark.parametrize("typed", ["", "non connu", "12 rue des Lilas 46000 Cahors", "12345", "a@exemple.fr"])
def test_a_text_is_no_number(typed: str) -> None:
    assert not read_numbers(typed)


@pytest.mark.parametrize(
    "typed",
    ["0000000", "999 999 999", "1 00 00 00 000 000 00", "12/03/2026", "le 12-03-2026", "2026-03-12", "12032026"],
)
def test_a_number_that_many_people_have_identifies_no_person(typed: str) -> None:
    assert not read_numbers(typed)
    assert read_numbers("1232026") and read_numbers("2024 A 77813") and read_numbers("12/03/2026, 7654321")


def test_the_same_number_is_proposed_for_other_names_and_a_phone_only_with_the_names() -> None:
    son = Citizen("Éléonore", "D’Haucourt", "1987")
    other = Citizen("Paul", "Roi", "1960")

    def compare(label: str, citizen: Citizen) -> Likeness:
        own = [CitizenDetail(label, "1234567 A", unknown=False)]
        return find_likeness(HAUCOURT, own, citizen, [CitizenDetail(label, "12 34 567", unknown=False)])

    assert compare(CAF, other) == compare(NIR, son) == Likeness.NUMBER
    assert compare(PHONE, other) == Likeness.NONE and compare(PHONE, son) == Likeness.IDENTITY
    assert find_likeness(HAUCOURT, [CitizenDetail(CAF, "1234567", unknown=False)], other, []) == Likeness.NONE
