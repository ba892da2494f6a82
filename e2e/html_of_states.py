"""python -m e2e.html_of_states FOLDER: the HTML of every state of e2e/states.py and of the gallery, one file a state.

Two trees send the same pages when `diff -r` finds nothing between their folders. A file holds each answer that the page
received since its last state, as the server sent it: method, address, status, headers, body. The browser’s document
follows where the state is not the answer to one navigation: a fragment put in place, a box ticked, a live event. What
differs between two runs of one tree is masked (e2e/masks.py). Row ids do not differ: the seed is deterministic.
"""

import re
import sys
import tempfile
from collections import Counter
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request, Response

from app.domain.email.queue_email import EmailKind
from e2e.browser import TIMEOUT_MS, open_browser
from e2e.case_states import States
from e2e.masks import mask
from e2e.people import Person
from e2e.server import Server, run_server
from e2e.states import iterate_all_states

_VARYING_HEADERS = {"date", "content-length", "retry-after"}
_SETTLED = 50  # milliseconds: the page puts the last answer in place


class Record:
    """The HTML that a page has received since its last state, the last answer of each address."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._answers: dict[str, Response] = {}
        self._open: set[Request] = set()
        page.on("request", lambda request: self._open.add(request))
        page.on("requestfinished", lambda request: self._open.discard(request))
        page.on("requestfailed", lambda request: self._open.discard(request))
        page.on("response", self._keep)

    def _keep(self, answer: Response) -> None:
        """A navigation discards earlier answers: the browser forgets their bodies."""
        if answer.request.is_navigation_request():
            self._answers.clear()
        if answer.headers.get("content-type", "").startswith("text/html"):
            address = f"{answer.request.method} {urlsplit(answer.url).path}"
            self._answers.pop(address, None)
            self._answers[address] = answer

    def take(self) -> str:
        """Waits until the page has no open request but its stream."""
        for _ in range(TIMEOUT_MS // _SETTLED):
            self._page.wait_for_timeout(_SETTLED)
            if all("/flux" in request.url for request in self._open):
                break
        answers, self._answers = list(self._answers.values()), {}
        navigated = len(answers) == 1 and answers[0].request.is_navigation_request()
        document = [] if navigated else [f"DOCUMENT\n\n{self._page.content()}"]
        return mask("\n\n".join([*map(_written, answers), *document]))


def _written(answer: Response) -> str:
    headers = [f"{name}: {value}" for name, value in sorted(answer.headers.items()) if name not in _VARYING_HEADERS]
    return "\n".join([f"{answer.request.method} {answer.url} {answer.status}", *headers, "", answer.text()])


def _gallery(page: Page) -> States:
    """Each email. The two other pages of the gallery have a plain address: iterate_all_states shows them."""
    for kind in EmailKind:
        page.goto(f"/galerie/mails/{kind}")
        yield page, f"/galerie/mails/{kind}"


def write_states(server: Server, browser: Browser, folder: Path, uploads: Path) -> None:
    records: dict[Page, Record] = {}
    names: Counter[str] = Counter()

    def new_page() -> Page:
        page = browser.new_context(base_url=server.url, locale="fr-FR").new_page()
        page.set_default_timeout(TIMEOUT_MS)
        records[page] = Record(page)
        return page

    def arrive(login: str) -> Person:
        person = Person(new_page(), f"{login}@exemple.fr")
        person.log_in()
        return person

    for page, state in chain(_gallery(new_page()), iterate_all_states(arrive, new_page(), uploads)):
        name = re.sub(r"\W+", "-", state).strip("-")
        names[name] += 1
        (folder / f"{name}-{names[name]}.html").write_text(records[page].take())


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True)
    with run_server(SECRET_KEY="x" * 40) as server, open_browser() as browser, tempfile.TemporaryDirectory() as uploads:
        write_states(server, browser, folder, Path(uploads))
    print(f"{len(list(folder.iterdir()))} states in {folder}")


if __name__ == "__main__":
    main()
