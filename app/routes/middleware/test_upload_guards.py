"""25 MB for a case that is not theirs: refused before they are read, and the text sent first is returned."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from uuid import UUID, uuid4

import httpx2
import pytest
from litestar import Litestar

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.attachments.upload import begin_upload
from app.domain.cases.lifecycle.transfer import transfer
from app.routes import guards
from app.routes.forms import MAX_FORM_BYTES
from app.routes.handlers import list_resolved_handlers
from app.tests.support.browser import BASE, Browser, fill_path, parse_page

SignIn = Callable[[Actor], Awaitable[Browser]]
BOUNDARY, PIECE, PIECES = "frontier", 64 * 1024, 400
WORDS = "Je rappelle l’usager demain."


class Heavy:
    """A message’s form: its text, then a file of 25 MB. `read`: the number of bytes that the server has read."""

    def __init__(self, *, says_length: bool = True) -> None:
        self.read, self._begun = 0, self._part("message", WORDS) + self._part("pieces", "", '; filename="a.pdf"')[:-2]
        self._end = f"\r\n--{BOUNDARY}--\r\n".encode()
        self.headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}", "origin": BASE}
        if says_length:
            self.headers["content-length"] = str(len(self._begun) + PIECE * PIECES + len(self._end))

    def _part(self, name: str, value: str, more: str = "") -> bytes:
        return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'.encode()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in (self._begun, *[b"x" * PIECE] * PIECES, self._end):
            self.read += len(piece)
            yield piece


async def send(browser: Browser, path: str, heavy: Heavy) -> httpx2.Response:
    return await browser.http.post(path, content=heavy, headers=heavy.headers, follow_redirects=False)


@pytest.mark.parametrize("says_length", [True, False])
async def test_a_stranger_s_files_are_not_read(
    cast: Cast, case_id: UUID, sign_in: SignIn, *, says_length: bool
) -> None:
    browser = await sign_in(cast.agent_cher)
    for path in (f"/demandes/{case_id}/messages", f"/demandes/{uuid4()}/messages", f"/brouillons/{uuid4()}/mandat"):
        heavy = Heavy(says_length=says_length)

        answer = await send(browser, path, heavy)

        assert answer.status_code == 404 and heavy.read <= MAX_FORM_BYTES + 2 * PIECE, (path, heavy.read)
        assert WORDS in parse_page(answer).text, "the words are given back, to copy"


async def test_a_person_who_had_the_case_reads_what_ended_it(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    browser, heavy = await sign_in(cast.referent_caf_lot), Heavy()
    await browser.get(f"/demandes/{case_id}")
    await transfer(cast.referent_caf_lot, case_id, cast.referent_cpam_lot.seats[0].team_id, "Compétente", now)

    page = parse_page(await send(browser, f"/demandes/{case_id}/messages", heavy))

    assert page.status == 410 and page.h1 == "Cette demande ne vous est plus adressée"
    assert WORDS in page.text and heavy.read <= MAX_FORM_BYTES + 2 * PIECE


async def test_neither_are_those_of_anybody_without_a_session(
    anonymous_browser: Browser, cast: Cast, case_id: UUID
) -> None:
    for path in (f"/demandes/{case_id}/messages", "/administration/imports"):
        heavy = Heavy()
        assert (
            await send(anonymous_browser, path, heavy)
        ).status_code == 401 and heavy.read <= MAX_FORM_BYTES + 2 * PIECE


async def test_an_import_and_a_piece_of_another_are_not_read(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    piece = uuid4()
    await begin_upload(cast.agent_lot, case_id, piece, "a.pdf", 1000, now)
    browser = await sign_in(cast.agent_cher)
    for path in ("/administration/imports", f"/pieces/{piece}/reception"):
        heavy = Heavy()
        assert (await send(browser, path, heavy)).status_code in (403, 404) and heavy.read <= MAX_FORM_BYTES + 2 * PIECE


async def test_of_another_site_s_form_no_byte_is_read(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    browser, heavy = await sign_in(cast.agent_lot), Heavy()
    heavy.headers["origin"] = "https://ailleurs.example"

    assert (await send(browser, f"/demandes/{case_id}/messages", heavy)).status_code == 403 and heavy.read == 0


GUARDED = {guards.require_session, guards.require_first_visit_done, guards.require_signed_in}


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_every_guard_answers_before_a_heavy_body_is_read(
    application: Litestar, cast: Cast, case_id: UUID, sign_in: SignIn, anonymous_browser: Browser
) -> None:
    """Only the first words, to be returned. For an admin whose login is too old: `proved`."""
    newcomer, admin, clock = await sign_in(cast.newcomer_lot), await sign_in(cast.admin), application.state.clock
    clock.advance(minutes=11)
    tried = 0
    for handler in list_resolved_handlers(application):
        asked = set(handler.resolve_guards())
        for path in handler.paths if "POST" in handler.http_methods and GUARDED & asked else ():
            visitors = [(anonymous_browser, 401)]
            visitors += [(newcomer, 403)] if guards.require_session not in asked else []
            visitors += [(admin, 403)] if guards.require_recent_login in asked else []
            for browser, status in visitors:
                heavy, tried = Heavy(), tried + 1
                answer = await send(browser, fill_path(path, case_id=case_id), heavy)
                assert answer.status_code == status and heavy.read <= MAX_FORM_BYTES + 2 * PIECE, (
                    path,
                    status,
                    heavy.read,
                )
    assert tried > 120


async def test_who_may_write_there_is_read(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    heavy = Heavy()
    answer = await send(await sign_in(cast.agent_lot), f"/demandes/{case_id}/messages", heavy)

    assert answer.status_code == 403 and heavy.read > PIECES * PIECE, "read whole: its token is missing"
