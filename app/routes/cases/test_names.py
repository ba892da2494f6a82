"""The names that the script of the form asks for, by the readers of the message."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.tests.support.browser import Browser

SignIn = Callable[[Actor], Awaitable[Browser]]


@pytest.mark.parametrize(
    ("login", "readers", "status", "in_list", "not_in_list"),
    [
        ("referent_caf_lot", "tous", 200, "Paul Castagné", "Carmen Vidal"),
        ("referent_caf_lot", "referents", 200, "Paul Castagné", "Carmen Vidal"),
        ("referent_caf_lot", "equipe", 200, "Hélène Marty", "Paul Castagné"),
        ("referent_caf_lot", "equipe-999999", 403, "", "Hélène Marty"),
        ("agent_lot", "", 200, "", "Hélène Marty"),
        ("agent_lot", "referents", 403, "", "Hélène Marty"),
        ("agent_cher", "", 404, "", "Hélène Marty"),
    ],
)
async def test_each_side_has_its_own_names(
    login: str, readers: str, status: int, in_list: str, not_in_list: str, cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    browser = await sign_in(getattr(cast, login))

    answer = await browser.http.get(f"/demandes/{case_id}/noms", params={"lecteurs": readers})

    assert answer.status_code == status and in_list in answer.text and not_in_list not in answer.text
    if status == 200:
        assert set(answer.json()) == {"noms"}
