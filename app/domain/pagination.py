"""Splits a list into pages. A page past the end is the last one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """number: from 1. count: the number of pages. offset: of the page's first line."""

    number: int
    count: int
    offset: int


def paginate(requested: int, total: int, page_size: int) -> Page:
    pages = max(1, -(-total // page_size))
    page = min(max(1, requested), pages)
    return Page(page, pages, (page - 1) * page_size)
