"""What nothing shows goes, but a joiner inside a word of a script that needs it."""

import pytest

from db.search import fold_text
from db.visible_text import remove_every_invisible, remove_invisible

PERSIAN, HINDI = "علی\u200cرضا", "क्\u200dष"


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("Du\u200bpont", "Dupont"),
        ("\ufeffMarie\u00adAnne\u200e", "MarieAnne"),
        ("Mar\u200dtin", "Martin"),
        ("Анна\u200cМария", "АннаМария"),
        ("\u202aLe Goff\u202c", "Le Goff"),
        (PERSIAN, PERSIAN),
        (HINDI, HINDI),
        ("\u200cعلی\u200c", "علی"),
        ("علی \u200cرضا", "علی رضا"),
    ],
)
def test_a_name_keeps_what_its_letters_need(typed: str, left: str) -> None:
    assert remove_invisible(typed) == left == remove_invisible(left)


def test_what_has_one_spelling_keeps_none() -> None:
    assert remove_every_invisible(PERSIAN) == "علیرضا"
    assert fold_text("Du\u200bpont") == "dupont" and fold_text(PERSIAN) == fold_text("علیرضا")
