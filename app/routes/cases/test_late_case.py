"""What a late case shows to each side, without scripts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.tests.support.browser import Browser

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_a_late_case_says_so_and_proposes_an_expert_to_the_agent_alone(
    cast: Cast, case_id: UUID, sign_in: SignIn, clock: Clock
) -> None:
    clock.advance(days=10)
    agent, referent = await sign_in(cast.agent_lot), await sign_in(cast.referent_caf_lot)

    page = await agent.get(f"/demandes/{case_id}")
    assert "En souffrance" in page.text and "inviter un expert" in page.text
    assert (await agent.get(page.link("inviter un expert"))).has_button("Inviter l’équipe de la plateforme")
    seen = await referent.get(f"/demandes/{case_id}")
    assert "En souffrance" in seen.text and "dans les délais" not in seen.text
    listed = await agent.get("/demandes?souffrance=oui")
    assert "1 demande avec ces filtres" in listed.text and listed.list_ticked("souffrance")

    await referent.press(seen, "Envoyer le message", message="Voici où en est le dossier.")

    assert not (await referent.get("/demandes")).soup.select(".tag-late")
    assert "MSA du Lot n’a pas répondu dans les délais" in (await agent.get(f"/demandes/{case_id}")).text
    other = await sign_in(cast.referent_msa_lot)
    await other.press(await other.get(f"/demandes/{case_id}"), "Envoyer le message", message="De notre côté aussi.")

    assert not (await agent.get("/demandes")).soup.select(".tag-late")
    assert "Aucune demande avec ces filtres" in (await agent.get("/demandes?souffrance=oui")).text
