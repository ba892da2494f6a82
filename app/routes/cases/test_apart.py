"""What referents say between them: the agents' answers are the same, byte for byte, before and after."""

import re
from collections.abc import Awaitable, Callable
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.testing import Browser

SignIn = Callable[[Actor], Awaitable[Browser]]
_CHANGING = re.compile(rb'(name="(?:jeton|cle)" value=")[^"]*')
NEWS = ("/nouvelles", "/nouvelles?depuis=1")
SEARCHES = ("/demandes?q=chuchotement", "/demandes?vue=en-cours", "/demandes?vue=a-traiter", "/demandes?tri=anciennes")


async def everything(browser: Browser, case_id: UUID) -> dict[str, tuple[int, str, bytes]]:
    """Every page and every news that the person reaches, without what changes at each display (tokens and keys)."""
    case = f"/demandes/{case_id}"
    paths = [case, "/demandes", "/profil", "/aide", *SEARCHES, *NEWS, *(f"{case}{news}" for news in NEWS)]
    answers = {path: await browser.http.get(path) for path in paths}
    return {
        path: (answer.status_code, answer.headers.get("etag", ""), _CHANGING.sub(rb"\1", answer.content))
        for path, answer in answers.items()
    }


async def test_nothing_of_it_reaches_an_agent(cast: Cast, case_id: UUID, signed_in: SignIn) -> None:
    readers = [await signed_in(person) for person in (cast.agent_lot, cast.colleague_lot, cast.agent_cher)]
    referent, other = await signed_in(cast.referent_caf_lot), await signed_in(cast.referent_msa_lot)
    page = await referent.get(f"/demandes/{case_id}")
    await other.get(f"/demandes/{case_id}")
    for reader in readers:
        await everything(reader, case_id)
    before = [await everything(reader, case_id) for reader in readers]

    typed = {"message": "Un chuchotement", "entre-referents": "oui"}
    page = await referent.press(page, "Envoyer le message", **typed)
    assert "Un chuchotement" in page.text
    assert "Un chuchotement" in (await other.get(f"/demandes/{case_id}")).text
    assert str(case_id) in (await other.get("/demandes?q=chuchotement")).response.text

    assert [await everything(reader, case_id) for reader in readers] == before
    for news in NEWS:
        told = await other.http.get(f"/demandes/{case_id}{news}")
        assert "Un chuchotement" in told.text, "the referents’ own news has it"


async def test_an_agent_s_forged_tick_writes_nothing(cast: Cast, case_id: UUID, signed_in: SignIn) -> None:
    agent = await signed_in(cast.agent_lot)
    typed = {"message": "Bonjour", "entre-referents": "oui"}

    page = await agent.press(await agent.get(f"/demandes/{case_id}"), "Envoyer le message", **typed)

    assert page.status == 403 and "Bonjour" in page.text
