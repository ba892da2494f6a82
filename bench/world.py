"""A seeded server and a real browser for one measure, removed afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from e2e.browser import open_browser
from e2e.people import Person
from e2e.server import Server, run_server


@dataclass(frozen=True)
class BenchWorld:
    server: Server
    browser: Browser

    def context(self, **options: Any) -> BrowserContext:
        """A new browser. `base_url` may be a relay of the server."""
        return self.browser.new_context(**{"base_url": self.server.url, "locale": "fr-FR", **options})

    def log_in_person(self, login: str, **options: Any) -> Person:
        """A person of the demonstration, logged in by their email link."""
        someone = Person(self.context(**options).new_page(), f"{login}@exemple.fr")
        someone.log_in()
        someone.page.wait_for_load_state("load")
        return someone


@contextmanager
def run_world() -> Iterator[BenchWorld]:
    with run_server() as server, open_browser() as browser:
        yield BenchWorld(server, browser)
