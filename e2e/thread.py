"""The thread on the page of a case."""

from playwright.sync_api import Locator, Page


def find_thread_lines(page: Page) -> Locator:
    """Its lines, without its form: while an answer is pending, the field holds the same words as the new line."""
    return page.get_by_role("region", name="Fil de la demande").get_by_role("listitem")
