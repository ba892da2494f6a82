"""Requests that wait until a test continues them."""

from playwright.sync_api import Page, Route


def hold(page: Page, address: str) -> list[Route]:
    """Requests to this address, added as they are sent; each waits until it is continued."""
    held: list[Route] = []
    page.route(address, lambda route: held.append(route))
    return held


def wait_for_first(held: list[Route], page: Page) -> Route:
    """A request reaches the list a moment after the page shows it as pending."""
    while not held:
        page.wait_for_timeout(10)
    return held[0]
