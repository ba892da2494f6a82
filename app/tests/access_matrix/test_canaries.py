"""Each person opens everything they can reach: each canary is read by all who may read it and by no other person.

Pages and, on SQLite only since the templates are the same, their fragments, files and previews, PDFs, exports, streams
from their first event; searches; emails; log lines. The pages of the demonstration (/demo) are left out: they show all
its emails to the machine’s user. Source: security.md T06, T51.
"""

from __future__ import annotations

import logging
import mailbox
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from html import unescape
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import httpx2
import pypdfium2
import pytest
from litestar import Litestar

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.gateways.email.transport import FolderTransport
from app.gateways.email.worker import EmailWorker
from app.gateways.files.store import EncryptedFileStore
from app.routes.live import stream
from app.tests.access_matrix.canaries import Canary, CanaryWorld
from app.tests.access_matrix.world import ALL_LOGINS, end_stream
from app.tests.support.browser import BASE, Browser, list_paths
from db.engine import is_postgres
from db.tables.attachments import Attachment
from db.tables.cases import Case

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

pytestmark = pytest.mark.slow

SignIn = Callable[[Actor], Awaitable[Browser]]
ALL = (*ALL_LOGINS, "referent_msa_lot")
_OF_EACH = 4
"""Limit of pages that differ by a number only, and of queries to one address. Content of cases has no such limit."""
_LEFT_OUT = ("/demo/", "/s/", "/galerie")
_PART = {"hx-request": "true", "hx-request-type": "partial"}
_LINK = re.compile(r'(?:href|src|hx-get)="([^"]*)"')
_SEARCHED = re.compile(r"(first|last|birth|subject|ofCAF|number)$")


@pytest.fixture
async def canary_world(cast: Cast, files: EncryptedFileStore, clock: Clock) -> CanaryWorld:
    built = CanaryWorld(cast, files, clock.now)
    await built.build()
    return built


async def test_no_word_is_out_of_place(
    application: Litestar, canary_world: CanaryWorld, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "_wait_for_signals", end_stream)
    starts = await list_paths_to_try(application)
    out_of_place, read, opened = [], set(), 0
    for who in ALL:
        async for path, text in crawl(await sign_in(getattr(canary_world.cast, who)), starts):
            opened += 1
            for canary in find_canaries(canary_world.canaries, text):
                read.add((who, canary.word))
                if who not in canary.readers:
                    out_of_place.append(f"{who} reads {canary.word} on {path}")
    assert not out_of_place, "\n".join(sorted(set(out_of_place))[:60])
    unread = [
        (who, canary.word)
        for canary in canary_world.canaries
        for who in canary.readers
        if (who, canary.word) not in read
    ]
    assert not unread, f"nobody crawled as far as {sorted(unread)[:20]}"
    assert opened > 1_500


async def crawl(browser: Browser, starts: list[str]) -> AsyncIterator[tuple[str, str]]:
    """Every address once, whole and as a fragment, and what its links, images and fragments lead to."""
    waiting, seen, alike = ["/", *starts], set(), Counter[str]()
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith(_LEFT_OUT) or not _worth_it(path, alike):
            continue
        seen.add(path)
        for headers in ({},) if is_postgres() else ({}, _PART):
            answer = await browser.http.get(path, headers=headers)
            yield path, text_of(answer)
            waiting += list(links(answer))


def _worth_it(path: str, alike: Counter[str]) -> bool:
    parts = urlsplit(path)
    kind = re.sub(r"\d+", "1", parts.path) if not re.search(r"[0-9a-f]{8}-", parts.path) else path
    alike[kind] += 1
    return alike[kind] <= _OF_EACH


def links(answer: httpx2.Response) -> Iterator[str]:
    if "text/html" not in answer.headers.get("content-type", ""):
        return
    for written in _LINK.findall(answer.text):
        target = urljoin(str(answer.url), unescape(written))
        if target.startswith(BASE):
            yield target.removeprefix(BASE).partition("#")[0] or "/"


def text_of(answer: httpx2.Response) -> str:
    """Headers included; of a PDF, its text and its bytes."""
    text = f"{answer.headers} {answer.content.decode(errors='replace')}"
    if answer.headers.get("content-type") == "application/pdf":
        text += " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(answer.content))
    return text


def find_canaries(canaries: list[Canary], text: str) -> Iterator[Canary]:
    yield from (canary for canary in canaries if canary.word in text)


async def list_paths_to_try(application: Litestar) -> list[str]:
    """Every address about each case and each file, linked from a page or not."""
    cases, files = await Case.select(Case.id), await Attachment.select(Attachment.id)
    asked = [list_paths(application, "GET", case_id=row["id"], draft_id=row["id"]) for row in cases]
    asked += [list_paths(application, "GET", attachment_id=row["id"]) for row in files]
    known = {str(row["id"]) for row in (*cases, *files)}
    return sorted(path for path in chain(*asked) if any(one in path for one in known))


async def test_no_one_finds_a_case_by_what_they_may_not_read(canary_world: CanaryWorld, sign_in: SignIn) -> None:
    searched = [canary for canary in canary_world.canaries if _SEARCHED.search(canary.word)]
    wrong = []
    for who in ALL:
        browser = await sign_in(getattr(canary_world.cast, who))
        for canary in searched:
            page = await browser.http.get("/demandes", params={"q": canary.word, "vue": "equipe"})
            if str(canary.case) in page.text and who not in canary.readers:
                wrong.append(f"{who} finds the case by {canary.word}")
    assert not wrong, "\n".join(wrong)


async def test_no_letter_and_no_line_of_the_log_says_any(
    canary_world: CanaryWorld,
    email_worker: EmailWorker,
    email_folder: FolderTransport,
    sign_in: SignIn,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    await email_worker.deliver_due()
    agent = await sign_in(canary_world.cast.agent_lot)
    for canary in canary_world.canaries:
        await agent.http.get(f"/demandes/{canary.case}")

    letters = [letter for letter in mailbox.Maildir(email_folder._folder)]
    said = [str(part.get_payload(decode=True)) for letter in letters for part in letter.walk()]
    said += [str(letter.items()) for letter in letters]
    said += [
        line.getMessage() for line in caplog.records if not line.name.startswith(("httpx2", "aiosqlite", "asyncio"))
    ]

    assert len(letters) > 10
    assert not [canary.word for text in said for canary in find_canaries(canary_world.canaries, text)]
