"""An address in a text is a link wherever the other side reads it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.invitation import invite_expert
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.tests.support.browser import Browser
from db.tables.cases import Case

SignIn = Callable[[Actor], Awaitable[Browser]]
ADDRESS = "https://www.caf.fr/allocataires/demarche"
TYPED = f"Suivez {ADDRESS}?a=1&b=<b>2</b> puis appelez le 01 99 00 12 34."
PARTIAL = {"hx-request": "true", "hx-request-type": "partial"}


async def test_messages_notes_reasons_and_the_description_show_links(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    await Case.update({Case.description: TYPED}).where(Case.id == case_id)
    await post_message(cast.agent_lot, case_id, TYPED, key="one", now=now)
    await post_internal_note(cast.referent_msa_lot, case_id, TYPED, key="two", now=now)
    await invite_expert(cast.agent_lot, case_id, TYPED, now)
    referent = await sign_in(cast.referent_caf_lot)

    for page in (
        await referent.get(f"/demandes/{case_id}"),
        await referent.get(f"/demandes/{case_id}/apercu", headers=PARTIAL),
    ):
        links = page.soup.select(f'.thread a[href^="{ADDRESS}"]')
        assert [link["href"] for link in links] == [f"{ADDRESS}?a=1&b="] * 3
        assert "<b>2" not in page.response.text and page.soup.select_one(".message-body").get_text() == TYPED  # type: ignore[union-attr]
    described = (await referent.get(f"/demandes/{case_id}")).soup.select(f'#usager a[href^="{ADDRESS}"]')
    assert [link["rel"] for link in described] == [["noopener", "noreferrer", "nofollow"]]
