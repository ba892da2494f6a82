"""Accessibility of every page, role and state: axe in light and dark, narrow and wide, with larger and spaced text."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from e2e.inspection import WIDE, Finding, inspect
from e2e.people import Person
from e2e.server import Server, run_server
from e2e.states import iterate_states


@pytest.fixture(scope="module")
def findings(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Finding]]:
    """One walk through every state, with every check, on its own server, so that a second run begins anew."""
    with run_server() as server:
        yield from _walk(server, chromium, tmp_path_factory.mktemp("everyone"))


def _walk(server: Server, chromium: Browser, folder: Path) -> Iterator[list[Finding]]:
    contexts: list[BrowserContext] = []

    def new_page() -> Page:
        contexts.append(chromium.new_context(base_url=server.url, locale="fr-FR", viewport=WIDE))  # type: ignore[arg-type]
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        return page

    def arrive(login: str) -> Person:
        person = Person(new_page(), f"{login}@exemple.fr")
        person.log_in()
        return person

    found: list[Finding] = []
    try:
        for page, state in iterate_states(arrive, new_page(), folder):
            found += inspect(page, state)
        yield found
    finally:
        for context in contexts:
            context.close()


@pytest.mark.parametrize("check", ["light", "dark", "narrow", "spaced", "doubled", "wide"])
def test_no_one_is_left_out(findings: list[Finding], check: str) -> None:
    found = [str(one) for one in findings if one.check == check]
    assert not found, "\n" + "\n".join(found)


def test_each_look_sees_what_it_is_for(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/login")
    page.evaluate("""() => {
      const plant = (tag, style, text = "") => {
        const one = document.querySelector("main").appendChild(document.createElement(tag));
        one.textContent = text;
        Object.assign(one.style, style);
      };
      plant("img", {});
      plant("p", { color: "#333" }, "Se lit en clair, pas en sombre.");
      plant("p", { whiteSpace: "nowrap", width: "max-content" }, "Tient à 320 px si rien ne l’espace.");
      plant("p", { width: "50rem" }, "Tient dans 1280 px, pas doublé.");
      plant("p", { maxWidth: "60rem" }, "Se lit mal d’un bout à l’autre de l’écran. ".repeat(4));
    }""")
    found = {one.check: one.what for one in inspect(page, "")}
    assert set(found) == {"light", "dark", "narrow", "spaced", "doubled", "wide"}, found
