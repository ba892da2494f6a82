"""Whatever is sent, whoever sends it, on both databases: an answer in words, never a crash. Source: security.md T30."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.conftest import case_id, draft, draft_id
from app.hostile import Sent, hostile_requests
from app.testing import BASE, Browser, addresses

if TYPE_CHECKING:
    from app.conftest import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]
__all__ = ["case_id", "draft_id"]
ENDS = ("/deconnexion", "/administration/maintenance", "/flux")
"""Leaving, closing to everybody, and a stream that does not end: each has its own tests."""
ROLES = ("nobody", "agent_lot", "referent_caf_lot", "manager_caf_lot", "supervisor_lot", "admin", "newcomer_lot")


@pytest.mark.parametrize("role", ROLES)
async def test_no_request_breaks_anything(
    role: str, cast: Cast, case_id: UUID, signed_in: SignIn, anonymous: Browser, application: Litestar, clock: Clock
) -> None:
    own_draft = await draft(cast.agent_lot, clock.now, "CAF")
    browser = anonymous if role == "nobody" else await signed_in(getattr(cast, role))
    token = await _token(browser)
    draw = random.Random(f"{role} 2026")  # noqa: S311
    sent = list(hostile_requests(application, draw, token, case_id=case_id, draft_id=own_draft))
    assert len(sent) >= len(addresses(application, "POST"))

    answers = [(one, await send(browser, one)) for one in sent if not one.path.partition("?")[0].endswith(ENDS)]

    broken = [f"{answer.status_code} {one!r:.900}" for one, answer in answers if answer.status_code >= 500]
    assert not broken, "\n".join(broken)
    refusals = [answer for _, answer in answers if answer.status_code >= 400]
    assert all(answer.headers["content-type"].startswith("text/html") for answer in refusals), "a page, in French"


async def _token(browser: Browser) -> str:
    for path in ("/profil", "/login"):
        field = (await browser.get(path)).soup.find("input", {"name": "jeton"})
        if field:
            return str(field["value"])
    raise AssertionError("no form")


async def send(browser: Browser, one: Sent) -> httpx.Response:
    headers = {b"origin": BASE.encode()}
    if one.content_type:
        headers[b"content-type"] = one.content_type.encode()
    url = httpx.URL(BASE).copy_with(raw_path=one.path.encode())
    return await browser.http.request(one.method, url, content=one.body, headers=headers, follow_redirects=False)
