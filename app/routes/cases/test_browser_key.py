"""Pages with a form that may be cut off give its key to the logged-in person, and to no other."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.tokens import derive_browser_key
from app.tests.support.browser import Browser, Page

SignIn = Callable[[Actor], Awaitable[Browser]]


def keys(page: Page) -> list[str]:
    return [str(script["data-key"]) for script in page.soup.find_all("script", {"data-key": True})]


async def test_a_page_gives_the_key_of_the_person_who_reads_it(
    cast: Cast, case_id: UUID, draft_id: UUID, sign_in: SignIn
) -> None:
    for person in (cast.agent_lot, cast.referent_caf_lot):
        browser = await sign_in(person)
        for address in ("/demandes", f"/demandes/{case_id}"):
            assert keys(await browser.get(address)) == [derive_browser_key(person.id)], address
    agent = await sign_in(cast.agent_lot)
    for address in ("/demandes/nouvelle", f"/brouillons/{draft_id}/usager"):
        assert keys(await agent.get(address)) == [derive_browser_key(cast.agent_lot.id)], address


async def test_no_other_page_and_no_other_person_gets_it(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    for address in ("/profil", "/aide", "/nulle-part"):
        assert not keys(await agent.get(address)), address
    page = await agent.press(await agent.get("/profil"), "Se déconnecter")
    assert not keys(page) and not keys(await agent.get(f"/demandes/{case_id}"))
