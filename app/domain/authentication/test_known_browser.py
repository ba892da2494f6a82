"""A browser is familiar to whom has come in from it, and to nobody who writes their own cookie."""

import pytest

from app.domain.authentication.known_browser import LATEST, familiar_to, familiar_to_any, made_familiar

CARMEN, JULIEN = "agent.lot@exemple.fr", "agent.cher@exemple.fr"
NUMBER = "0123456789abcdef"


def test_it_is_familiar_to_those_who_came_in_and_to_nobody_else() -> None:
    first = made_familiar("", CARMEN)
    both = made_familiar(first, JULIEN)

    assert familiar_to(first, CARMEN) and not familiar_to(first, JULIEN)
    assert familiar_to(both, CARMEN) == familiar_to(both, JULIEN) == familiar_to(first, CARMEN), "one desk, one number"
    assert made_familiar(both, CARMEN) != both and familiar_to(made_familiar(both, CARMEN), JULIEN)


def test_two_browsers_have_two_numbers() -> None:
    assert familiar_to(made_familiar("", CARMEN), CARMEN) != familiar_to(made_familiar("", CARMEN), CARMEN)


def test_a_shared_desk_keeps_its_latest_people() -> None:
    cookie = ""
    for person in range(LATEST + 2):
        cookie = made_familiar(cookie, f"agent{person}@exemple.fr")

    assert [bool(familiar_to(cookie, f"agent{person}@exemple.fr")) for person in range(4)] == [False, False, True, True]
    assert familiar_to_any(cookie) == familiar_to(cookie, f"agent{LATEST + 1}@exemple.fr") and len(cookie) < 250


@pytest.mark.parametrize(
    "forged",
    ["", ".", NUMBER, f"{NUMBER}.{'0' * 24}", f"{NUMBER}.{'é' * 24}", "x" * 5_000, "\x00.."],
)
def test_a_forged_cookie_is_that_of_a_stranger(forged: str) -> None:
    assert familiar_to(forged, CARMEN) == ""
    assert familiar_to(made_familiar(forged, CARMEN), CARMEN)


def test_a_mark_is_good_with_its_own_number_alone() -> None:
    number, mark, any_person = made_familiar("", CARMEN).split(".")
    other = ("0" if number[0] != "0" else "1") + number[1:]

    assert not familiar_to(f"{other}.{mark}", CARMEN)
    assert familiar_to_any(f"{number}.{mark}.{any_person}") == number
    assert not familiar_to_any(f"{other}.{mark}.{any_person}") and not familiar_to_any(f"{number}.{mark}")


def test_nobody_can_be_read_in_it() -> None:
    assert "agent" not in made_familiar("", CARMEN) and "@" not in made_familiar("", CARMEN)
