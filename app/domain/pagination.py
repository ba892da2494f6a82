"""A list by pages: how many there are, and which one is shown; past the end, the last."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """The page that a list is turned to: its number from 1, how many there are, where its first line stands."""

    number: int
    count: int
    offset: int


def paginate(requested: int, total: int, page_size: int) -> Page:
    pages = max(1, -(-total // page_size))
    page = min(max(1, requested), pages)
    return Page(page, pages, (page - 1) * page_size)
