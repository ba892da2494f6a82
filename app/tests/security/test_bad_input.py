"""Any input from any person, on both databases, gets an answer in words, never a crash. Source: security.md T30."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from litestar import Litestar

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.tests.support.browser import Browser, list_paths
from app.tests.support.cases_fixtures import make_draft
from app.tests.support.fuzz import EXCLUDED_PATHS, ROLES, build_hostile_requests, find_form_token, send

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]


@pytest.mark.parametrize("role", ROLES)
async def test_no_request_breaks_anything(
    role: str,
    cast: Cast,
    case_id: UUID,
    sign_in: SignIn,
    anonymous_browser: Browser,
    application: Litestar,
    clock: Clock,
) -> None:
    own_draft = await make_draft(cast.agent_lot, clock.now, "CAF")
    browser = anonymous_browser if role == "nobody" else await sign_in(getattr(cast, role))
    token = await find_form_token(browser)
    draw = random.Random(f"{role} 2026")  # noqa: S311
    sent = list(build_hostile_requests(application, draw, token, case_id=case_id, draft_id=own_draft))
    assert len(sent) >= len([path for path in list_paths(application, "POST") if not path.endswith(EXCLUDED_PATHS)])

    answers = [(one, await send(browser, one)) for one in sent]

    broken = [f"{answer.status_code} {one!r:.900}" for one, answer in answers if answer.status_code >= 500]
    assert not broken, "\n".join(broken)
    refusals = [answer for _, answer in answers if answer.status_code >= 400]
    assert all(answer.headers["content-type"].startswith("text/html") for answer in refusals), "a page, in French"
