"""A browser is known to a person who has logged in from it; a cookie that a stranger writes proves nothing."""

import pytest

from app.domain.authentication.known_browser import (
    MAX_PEOPLE,
    build_known_browser_cookie,
    find_known_browser,
    find_known_browser_of,
)

CARMEN, JULIEN = "agent.lot@exemple.fr", "agent.cher@exemple.fr"
NUMBER = "0123456789abcdef"


def test_it_is_familiar_to_those_who_came_in_and_to_no_other_person() -> None:
    first = build_known_browser_cookie("", CARMEN)
    both = build_known_browser_cookie(first, JULIEN)

    assert find_known_browser_of(first, CARMEN) and not find_known_browser_of(first, JULIEN)
    assert (
        find_known_browser_of(both, CARMEN)
        == find_known_browser_of(both, JULIEN)
        == find_known_browser_of(first, CARMEN)
    ), "one desk, one number"
    assert build_known_browser_cookie(both, CARMEN) != both and find_known_browser_of(
        build_known_browser_cookie(both, CARMEN), JULIEN
    )


def test_two_browsers_have_two_numbers() -> None:
    assert find_known_browser_of(build_known_browser_cookie("", CARMEN), CARMEN) != find_known_browser_of(
        build_known_browser_cookie("", CARMEN), CARMEN
    )


def test_a_shared_desk_keeps_its_latest_people() -> None:
    cookie = ""
    for person in range(MAX_PEOPLE + 2):
        cookie = build_known_browser_cookie(cookie, f"agent{person}@exemple.fr")

    assert [bool(find_known_browser_of(cookie, f"agent{person}@exemple.fr")) for person in range(4)] == [
        False,
        False,
        True,
        True,
    ]
    assert (
        find_known_browser(cookie) == find_known_browser_of(cookie, f"agent{MAX_PEOPLE + 1}@exemple.fr")
        and len(cookie) < 250
    )


@pytest.mark.parametrize(
    "forged",
    ["", ".", NUMBER, f"{NUMBER}.{'0' * 24}", f"{NUMBER}.{'é' * 24}", "x" * 5_000, "\x00.."],
)
def test_a_forged_cookie_is_that_of_a_stranger(forged: str) -> None:
    assert find_known_browser_of(forged, CARMEN) == ""
    assert find_known_browser_of(build_known_browser_cookie(forged, CARMEN), CARMEN)


def test_a_mark_is_good_with_its_own_number_alone() -> None:
    number, mark, any_person = build_known_browser_cookie("", CARMEN).split(".")
    other = ("0" if number[0] != "0" else "1") + number[1:]

    assert not find_known_browser_of(f"{other}.{mark}", CARMEN)
    assert find_known_browser(f"{number}.{mark}.{any_person}") == number
    assert not find_known_browser(f"{other}.{mark}.{any_person}") and not find_known_browser(f"{number}.{mark}")


def test_no_one_can_be_read_in_it() -> None:
    assert "agent" not in build_known_browser_cookie("", CARMEN) and "@" not in build_known_browser_cookie("", CARMEN)
