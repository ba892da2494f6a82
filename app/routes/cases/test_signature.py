"""On an account that several people share, each message is signed by who writes it. Source: features.md P7."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.accounts.profile import change_profile
from app.testing import Browser

SignIn = Callable[[Actor], Awaitable[Browser]]


async def shared(actor: Actor, now: datetime) -> None:
    """The account of a whole front desk."""
    await change_profile(
        actor,
        first_name=actor.first_name,
        last_name=actor.last_name,
        function=actor.function,
        phone=actor.phone,
        signature="Léa, accueil",
        now=now,
    )


async def test_the_name_under_the_message_is_who_wrote_it(
    cast: Cast, case_id: UUID, signed_in: SignIn, now: datetime
) -> None:
    await shared(cast.referent_caf_lot, now)
    desk, agent = await signed_in(cast.referent_caf_lot), await signed_in(cast.agent_lot)
    page = await desk.get(f"/demandes/{case_id}")
    assert (
        page.control("Signature")["value"] == "Léa, accueil" and page.control("Votre message").get_text().strip() == ""
    )

    page = await desk.press(page, "Envoyer le message", message="Je regarde.")
    page = await desk.press(page, "Envoyer le message", message="C’est vu.", signature="Tom, accueil")
    await desk.press(page, "Envoyer le message", message="Sans nom.", signature="")

    bodies = [body.get_text() for body in (await agent.get(f"/demandes/{case_id}")).soup.select(".message-body")]
    assert bodies == ["Je regarde.\n\n— Léa, accueil", "C’est vu.\n\n— Tom, accueil", "Sans nom."]


async def test_an_empty_message_stays_refused_and_the_name_typed_stays(
    cast: Cast, case_id: UUID, signed_in: SignIn, now: datetime
) -> None:
    await shared(cast.referent_caf_lot, now)
    desk = await signed_in(cast.referent_caf_lot)

    page = await desk.get(f"/demandes/{case_id}")
    page = await desk.press(page, "Envoyer le message", message="", signature="Tom, accueil")

    assert page.status == 422 and "Écrivez votre message" in page.text
    assert page.control("Signature")["value"] == "Tom, accueil"


async def test_nobody_else_is_asked_for_one(cast: Cast, case_id: UUID, signed_in: SignIn) -> None:
    page = await (await signed_in(cast.agent_lot)).get(f"/demandes/{case_id}")

    assert page.soup.find(id="signature") is None
