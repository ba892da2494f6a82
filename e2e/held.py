"""Requests that wait until a test lets them go."""

from playwright.sync_api import Page, Route


def hold(page: Page, address: str) -> list[Route]:
    """What is sent there waits until it is continued."""
    held: list[Route] = []
    page.route(address, lambda route: held.append(route))
    return held


def wait_for_first(held: list[Route], page: Page) -> Route:
    """A request reaches the list a moment after the page shows that it is on its way."""
    while not held:
        page.wait_for_timeout(10)
    return held[0]
