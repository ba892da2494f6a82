"""A pasted list, as people copy it."""

import pytest

from app.domain.members.pasted_addresses import AddressEntry, parse_entries


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("marie@x.fr", [("marie@x.fr", "", "")]),
        ("a@x.fr, b@x.fr;c@x.fr\nd@x.fr", [(f"{one}@x.fr", "", "") for one in "abcd"]),
        ("Marie Dupont <marie@x.fr>", [("marie@x.fr", "Marie", "Dupont")]),
        ("DUPONT Marie Anne <marie@x.fr>", [("marie@x.fr", "Marie Anne", "DUPONT")]),
        (
            "Dupont, Marie <marie@x.fr>, Paul <paul@x.fr>",
            [("marie@x.fr", "Marie", "Dupont"), ("paul@x.fr", "Paul", "")],
        ),
        ("« Marie de la Tour » <marie@x.fr>", [("marie@x.fr", "Marie", "de la Tour")]),
        ('"Dupont, Marie" <marie@x.fr>', [("marie@x.fr", "Marie", "Dupont")]),
        ("Marie\nmarie@x.fr", [("Marie", "", ""), ("marie@x.fr", "", "")]),
        ("Dupont, marie@x.fr", [("Dupont", "", ""), ("marie@x.fr", "", "")]),
        (" \n,;\t ", []),
        ("", []),
    ],
)
def test_each_person_of_the_list_is_one_entry(typed: str, read: list[tuple[str, str, str]]) -> None:
    assert [(entry.address, entry.first_name, entry.last_name) for entry in parse_entries(typed)] == read


def test_what_was_typed_for_a_person_is_kept_to_answer_it() -> None:
    assert parse_entries("Dupont,  Marie <marie@x.fr>;zut") == [
        AddressEntry("Dupont, Marie <marie@x.fr>", "marie@x.fr", "Marie", "Dupont"),
        AddressEntry("zut", "zut"),
    ]


def test_an_endless_name_fits_its_column() -> None:
    (entry,) = parse_entries(f"{'M' * 500} {'d' * 500} <m@x.fr>")
    assert len(entry.first_name) <= 60 and len(entry.last_name) <= 60
