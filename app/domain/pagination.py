"""A list by pages: how many there are, and which one is shown; past the end, the last."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Turn:
    """The page that a list is turned to: its number from 1, how many there are, where its first line stands."""

    page: int
    pages: int
    first: int


def turn_to(asked: int, total: int, size: int) -> Turn:
    pages = max(1, -(-total // size))
    page = min(max(1, asked), pages)
    return Turn(page, pages, (page - 1) * size)
