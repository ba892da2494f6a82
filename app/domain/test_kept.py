"""Made once for the same values, again for others; forgotten within the hour, or when there are too many."""

from app.domain.kept import HOUR, MOST, Kept


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Making:
    """Counts how many times it was asked to make something."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, word: str) -> str:
        self.made.append(word)
        return word.upper()


def test_the_same_values_are_made_once_and_others_apart() -> None:
    kept, first, second = Kept(Clock()), Making(), Making()

    assert [kept(first, word) for word in ("a", "a", "b", "a")] == ["A", "A", "B", "A"]
    assert first.made == ["a", "b"]
    assert kept(second, "a") == "A" and second.made == ["a"], "another function's are its own"


def test_after_an_hour_nothing_is_left() -> None:
    clock, making = Clock(), Making()
    kept = Kept(clock)
    kept(making, "a")

    clock.now = HOUR - 1
    kept(making, "a")
    assert making.made == ["a"]

    clock.now = HOUR
    kept(making, "b")
    assert len(kept) == 1, "what was made before is gone, not only made again"


def test_no_more_than_so_many_are_kept() -> None:
    kept, making = Kept(Clock()), Making()
    for number in range(MOST + 1):
        kept(making, str(number))

    assert len(kept) == 1
