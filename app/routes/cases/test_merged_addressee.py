"""A message that waits, addressed to a team that was merged into another one since."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.reorganisation.merger import merge_teams
from app.tests.support.browser import BASE, Browser
from app.tests.support.recipients import find_team_id
from db.tables.thread import AddressedTeam, Message

SignIn = Callable[[Actor], Awaitable[Browser]]
BUTTON = "Envoyer le message"


async def test_an_open_form_is_refused_and_a_kept_one_is_addressed_to_the_other_team(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    agent, msa = await sign_in(cast.agent_lot), await find_team_id("MSA du Lot")
    page = await agent.get(f"/demandes/{case_id}")
    hidden = {str(one["name"]): str(one["value"]) for one in page.form(BUTTON).find_all("input", type="hidden")}
    typed = {"message": "Pour la MSA", "destinataires": str(msa)}
    await agent.http.post(f"/demandes/{case_id}/message-en-cours", data=hidden | typed, headers={"origin": BASE})
    await merge_teams(cast.admin, msa, await find_team_id("CPAM du Lot"), now)

    refused = await agent.press(page, BUTTON, **typed)
    assert refused.status == 422 and "ont changé entre-temps : rien n’est parti" in refused.text
    assert "Pour la MSA" in refused.text and not await Message.exists()

    again = await agent.get(f"/demandes/{case_id}")
    assert "Pour la MSA" in again.text and again.list_ticked("destinataires") == ["CPAM du Lot"]
    await agent.press(again, BUTTON)
    assert await AddressedTeam.select(AddressedTeam.team.name.as_alias("name")) == [{"name": "CPAM du Lot"}]
