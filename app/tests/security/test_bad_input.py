"""Whatever is sent, whoever sends it, on both databases: an answer in words, never a crash. Source: security.md T30."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from litestar import Litestar

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.tests.support.browser import Browser, addresses
from app.tests.support.cases_fixtures import draft
from app.tests.support.fuzz import ENDS, ROLES, hostile_requests, send, token_of

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]


@pytest.mark.parametrize("role", ROLES)
async def test_no_request_breaks_anything(
    role: str, cast: Cast, case_id: UUID, signed_in: SignIn, anonymous: Browser, application: Litestar, clock: Clock
) -> None:
    own_draft = await draft(cast.agent_lot, clock.now, "CAF")
    browser = anonymous if role == "nobody" else await signed_in(getattr(cast, role))
    token = await token_of(browser)
    draw = random.Random(f"{role} 2026")  # noqa: S311
    sent = list(hostile_requests(application, draw, token, case_id=case_id, draft_id=own_draft))
    assert len(sent) >= len([path for path in addresses(application, "POST") if not path.endswith(ENDS)])

    answers = [(one, await send(browser, one)) for one in sent]

    broken = [f"{answer.status_code} {one!r:.900}" for one, answer in answers if answer.status_code >= 500]
    assert not broken, "\n".join(broken)
    refusals = [answer for _, answer in answers if answer.status_code >= 400]
    assert all(answer.headers["content-type"].startswith("text/html") for answer in refusals), "a page, in French"
