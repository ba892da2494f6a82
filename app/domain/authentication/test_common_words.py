"""A common word with a year is quick to guess; several unrelated words are not."""

import time

import pytest

from app.domain.authentication.common_words import is_guessable

ABOUT = ["carmen.vidal@exemple.fr", "Carmen", "Vidal", "France Services de démonstration du Lot", "Administration+"]


@pytest.mark.parametrize(
    "password",
    [
        "Motdepasse2024!",
        "M0tDeP@sse!!!",
        "bonjour123456",
        "Azertyuiop12",
        "Marseille13013!",
        "doudou.doudou.doudou",
        "Loulou-2019-Doudou",
        "jetaimemonamour",
        "aaaaaaaaaaaa",
        "abcxabcxabcx",
        "210987654321",
        "qsdfghjklm-1234",
        "Été-Été-Été-2026",
        "Administration+46",
        "Carmen.Vidal.46!",
        "FranceServices46!",
        "demonstration-du-lot",
    ],
)
def test_common_words_names_runs_and_repeats_are_guessable(password: str) -> None:
    assert is_guessable(password, ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        "tramway violet sous la pluie",
        "cheval agrafe pile correcte",
        "soleil bonjour doudou marseille",
        "k7Rv-q2Lm-9xTe",
        "Zq8!vLp2@wNx",
        "7 poires au sirop",
    ],
)
def test_unrelated_words_and_drawn_characters_are_not(password: str) -> None:
    assert not is_guessable(password, ABOUT)


def test_what_is_known_of_another_person_is_not_known_of_this_one() -> None:
    assert is_guessable("castagnepaul46", ["paul.castagne@exemple.fr"])
    assert not is_guessable("castagnepaul46", [])


@pytest.mark.parametrize("hostile", ["ab" * 64, "a" * 128, "azertyuiop" * 12, "x1" * 60 + "yz"])
def test_no_text_takes_long_to_judge(hostile: str) -> None:
    begun = time.perf_counter()
    is_guessable(hostile, ABOUT)
    assert time.perf_counter() - begun < 0.2
