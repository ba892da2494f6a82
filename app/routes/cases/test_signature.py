"""On a shared account, each message is signed by its writer. Source: features.md P7."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID, uuid4

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.accounts.profile import change_profile
from app.routes.cases.test_message_draft import save
from app.routes.cases.test_two_pages import base_of
from app.tests.support.browser import Browser

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
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    await shared(cast.referent_caf_lot, now)
    desk, agent = await sign_in(cast.referent_caf_lot), await sign_in(cast.agent_lot)
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
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    await shared(cast.referent_caf_lot, now)
    desk = await sign_in(cast.referent_caf_lot)

    page = await desk.get(f"/demandes/{case_id}")
    page = await desk.press(page, "Envoyer le message", message="", signature="Tom, accueil")

    assert page.status == 422 and "Écrivez votre message" in page.text
    assert page.control("Signature")["value"] == "Tom, accueil"


async def test_a_name_changed_by_hand_is_kept_with_the_message(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    """Otherwise the reopened page signs with another person’s name. A name alone, or emptied, is saved too."""
    await shared(cast.referent_caf_lot, now)
    desk, case = await sign_in(cast.referent_caf_lot), f"/demandes/{case_id}"
    for body, name in (("", "Tom, accueil"), ("Je rappelle.", "Tom, accueil"), ("Je rappelle.", "")):
        page = await desk.get(case)
        saved = await save(desk, page, message=body, signature=name, version=f"1.{base_of(page)}")
        assert saved.status == 204 and (await desk.get(case)).control("Signature").get("value", "") == name

    page = await desk.press(await desk.get(case), "Joindre et choisir d’autres fichiers", signature="Tom, accueil")
    page = await desk.get(case)
    assert page.control("Signature")["value"] == "Tom, accueil", "without scripts too"
    page = await desk.press(page, "Envoyer le message")
    assert "— Tom, accueil" in page.text
    assert (await desk.get(case)).control("Signature")["value"] == "Léa, accueil", "the next one is not his"


async def test_a_name_that_is_kept_without_words_says_that_it_is(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    """Otherwise the next person of a shared account unknowingly signs with the name of the one before."""
    await shared(cast.referent_caf_lot, now)
    desk, case = await sign_in(cast.referent_caf_lot), f"/demandes/{case_id}"
    page = await desk.get(case)
    assert "Gardé le" not in page.text
    await save(desk, page, message="", signature="Tom, accueil", version="1.")
    assert "Gardé le" in (await desk.get(case)).text

    page = await save(desk, page, cle=str(uuid4()), message="Vu.", signature="Léa, accueil", version="1.")
    assert page.status == 202 and "Signature : Tom, accueil" in page.text
    assert not page.soup.select(".facts:empty"), "no empty text above it"


async def test_two_pages_that_differ_by_the_name_alone_keep_both(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    await shared(cast.referent_caf_lot, now)
    desk, case = await sign_in(cast.referent_caf_lot), f"/demandes/{case_id}"
    old = await desk.get(case)
    await save(desk, await desk.get(case), message="Vu.", signature="Tom, accueil", version="1.")

    page = await save(desk, old, message="Vu.", signature="Léa, accueil", version="1.")
    assert page.status == 202 and "Signature : Tom, accueil" in page.text

    page = await desk.get(case)
    assert page.control("Signature")["value"] == "Tom, accueil"
    page = await desk.press(page, "Reprendre ce texte")
    assert page.control("Signature")["value"] == "Léa, accueil" and "Signature : Tom, accueil" in page.text


async def test_no_other_person_is_asked_for_one(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    page = await (await sign_in(cast.agent_lot)).get(f"/demandes/{case_id}")

    assert page.soup.find(id="signature") is None
