"""The page, the preview and the live updates of a case end the mark that its reader had put on it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.inbox.marking import mark_several
from app.tests.support.browser import Browser
from app.tests.support.cases_fixtures import open_and_read_case

SignIn = Callable[[Actor], Awaitable[Browser]]


@pytest.mark.parametrize("path", ["", "/apercu", "/nouvelles"])
async def test_a_case_marked_unread_is_read_once_it_is_shown(
    path: str, cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    referent = await sign_in(cast.referent_caf_lot)
    await mark_several(cast.referent_caf_lot, [case_id], now, read=False)

    assert (await referent.http.get(f"/demandes/{case_id}{path}")).status_code == 200

    assert [row.unread for row in (await list_cases(cast.referent_caf_lot, Filters(), now)).rows] == [False]
