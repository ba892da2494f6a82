"""« Demande suivante à traiter » opens the first case that waits, beside the one that the person leaves."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.draft.submission import submit
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.inbox.views import View
from app.tests.support.browser import Browser
from app.tests.support.cases_fixtures import make_draft

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_it_is_the_first_of_the_list_and_never_the_same(cast: Cast, sign_in: SignIn, now: datetime) -> None:
    for _ in range(2):
        await submit(cast.agent_lot, await make_draft(cast.agent_lot, now, "CAF"), now)
    referent = await sign_in(cast.referent_caf_lot)
    first, second = [row.id for row in (await list_cases(cast.referent_caf_lot, Filters(View.TO_HANDLE), now)).rows]

    page = await referent.get(f"/demandes/{first}")
    page = await referent.get(page.link("Demande suivante à traiter"))
    assert page.path == f"/demandes/{second}"
    page = await referent.press(page, "Envoyer le message", message="Voici.")
    page = await referent.get(page.link("Demande suivante à traiter"))
    assert page.path == f"/demandes/{first}"

    page = await referent.get(page.link("Demande suivante à traiter"))
    assert page.h1 == "Mes demandes" and "plus d’autre demande à traiter" in page.text
    assert (await referent.get("/demandes/suivante?apres=%00x")).path == f"/demandes/{first}"
