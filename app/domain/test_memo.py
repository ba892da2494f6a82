"""A memo computes once for the same values; its results are forgotten together, or when there are too many."""

from app.domain.memo import MAX_CHARACTERS, MAX_ENTRIES, Memo, clear_memos


class Making:
    """Counts its calls."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, word: str) -> str:
        self.made.append(word)
        return word.upper()


def test_the_same_values_are_made_once_and_others_apart() -> None:
    once, first, second = Memo(), Making(), Making()

    assert [once(first, word) for word in ("a", "a", "b", "a")] == ["A", "A", "B", "A"]
    assert first.made == ["a", "b"]
    assert once(second, "a") == "A" and second.made == ["a"], "another function's are its own"


def test_all_are_forgotten_together() -> None:
    rows, lines, making = Memo(), Memo(), Making()
    for once in (rows, lines):
        once(making, "a")

    clear_memos()

    assert not len(rows) and not len(lines)
    assert rows(making, "a") == "A" and making.made == ["a", "a", "a"]


def test_no_more_than_so_many_are_kept_nor_what_is_too_long() -> None:
    once, making = Memo(), Making()
    for number in range(MAX_ENTRIES + 1):
        once(making, str(number))
    assert len(once) == 1

    assert once(making, "a" * (MAX_CHARACTERS + 1)) == "A" * (MAX_CHARACTERS + 1) and len(once) == 1
