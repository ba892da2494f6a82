"""Choosing when one’s emails leave: in the profile; or from an email, by a press without cookie or token."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.email.preferences import build_preferences_url, load_email_frequency
from app.domain.email.schedule import EmailFrequency
from app.tests.support.browser import Browser, extract_path

SignIn = Callable[[Actor], Awaitable[Browser]]
ONE_PRESS = {"List-Unsubscribe": "One-Click"}


async def test_the_profile_keeps_my_choice(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.referent_caf_lot)
    page = await browser.get("/profil")
    assert page.list_ticked("mails") == ["Aussitôt"]

    page = await browser.press(page, "Enregistrer mon choix", mails=page.find_value("Une fois par jour"))

    assert "Votre choix est enregistré" in page.text and page.list_ticked("mails") == ["Une fois par jour"]


async def test_a_refused_choice_is_explained_and_stays_ticked(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.referent_msa_lot)
    page = await browser.get("/profil")

    page = await browser.press(page, "Enregistrer mon choix", mails=page.find_value("Aucun mail"))

    assert page.status == 422 and page.list_ticked("mails") == ["Aucun mail"]
    assert "Vous êtes la dernière personne à recevoir les mails de l’équipe « MSA du Lot »" in page.text
    assert page.link("la dernière personne") == "#mails" and page.control("Prénom")["value"] == "Paul"
    assert (await browser.get("/profil")).list_ticked("mails") == ["Aussitôt"]


async def test_a_page_open_since_before_the_release_chooses_by_the_former_name(cast: Cast, sign_in: SignIn) -> None:
    referent, last_reader = await sign_in(cast.referent_caf_lot), await sign_in(cast.referent_msa_lot)

    page = await referent.press(await referent.get("/profil"), "Enregistrer mon choix", mails=None, lettres="daily")
    assert page.status == 200 and page.list_ticked("mails") == ["Une fois par jour"]

    page = await last_reader.press(
        await last_reader.get("/profil"), "Enregistrer mon choix", mails=None, lettres="none"
    )
    assert page.status == 422 and page.list_ticked("mails") == ["Aucun mail"]


async def test_so_does_one_that_was_opened_from_a_mail(cast: Cast, anonymous_browser: Browser) -> None:
    page = await anonymous_browser.get(extract_path(build_preferences_url(cast.referent_caf_lot)))

    page = await anonymous_browser.press(page, "Enregistrer mon choix", mails=None, lettres="twice")

    assert page.status == 200 and page.list_ticked("mails") == ["Deux fois par jour"]


@pytest.mark.parametrize("sent", ["", "chaque semaine", "a\0b", "x" * 500])
async def test_what_is_no_choice_changes_nothing(cast: Cast, sign_in: SignIn, sent: str) -> None:
    browser = await sign_in(cast.referent_caf_lot)

    page = await browser.press(await browser.get("/profil"), "Enregistrer mon choix", mails=sent)

    assert page.status == 422 and await load_email_frequency(cast.referent_caf_lot) == EmailFrequency.AT_ONCE


async def test_the_link_of_a_letter_shows_and_changes_the_choice_without_signing_in(
    cast: Cast, anonymous_browser: Browser
) -> None:
    link = extract_path(build_preferences_url(cast.referent_caf_lot))
    page = await anonymous_browser.get(link)
    assert page.h1 == "Mes mails" and page.list_ticked("mails") == ["Aussitôt"]
    for found in ("Julien", "Delmas", "CAF", cast.referent_caf_lot.address):
        assert found not in page.text

    page = await anonymous_browser.press(page, "Enregistrer mon choix", mails=page.find_value("Deux fois par jour"))

    assert page.path == link and page.list_ticked("mails") == ["Deux fois par jour"]
    assert "Votre choix est enregistré" in page.text


async def test_the_page_of_the_link_says_why_none_is_refused(cast: Cast, anonymous_browser: Browser) -> None:
    page = await anonymous_browser.get(extract_path(build_preferences_url(cast.referent_msa_lot)))

    page = await anonymous_browser.press(page, "Enregistrer mon choix", mails=page.find_value("Aucun mail"))

    assert page.status == 422 and page.list_ticked("mails") == ["Aucun mail"]
    assert "la dernière personne" in page.text


async def test_one_press_of_a_mail_provider_is_enough(cast: Cast, anonymous_browser: Browser) -> None:
    for actor, choice in ((cast.referent_caf_lot, "Aucun mail"), (cast.referent_msa_lot, "Une fois par jour")):
        address = extract_path(build_preferences_url(actor)) + "/arret"

        answer = await anonymous_browser.http.post(address, data=ONE_PRESS)

        assert answer.status_code == 200
        assert (await anonymous_browser.get(address)).list_ticked("mails") == [choice]


async def test_one_press_may_come_as_a_form_with_parts(cast: Cast, anonymous_browser: Browser) -> None:
    address = extract_path(build_preferences_url(cast.referent_caf_lot)) + "/arret"

    answer = await anonymous_browser.http.post(
        address, files={name: (None, value) for name, value in ONE_PRESS.items()}
    )

    assert answer.status_code == 200 and await load_email_frequency(cast.referent_caf_lot) == EmailFrequency.NONE


async def test_looking_and_any_other_post_change_nothing(cast: Cast, anonymous_browser: Browser) -> None:
    link = extract_path(build_preferences_url(cast.referent_caf_lot))
    for path in (link, f"{link}/arret"):
        assert (await anonymous_browser.http.get(path)).status_code == 200
        assert (await anonymous_browser.http.head(path)).status_code == 200
    assert (await anonymous_browser.http.post(f"{link}/arret", data={"List-Unsubscribe": "non"})).status_code == 400
    assert (await anonymous_browser.http.post(f"{link}/arret", content=b"\xff")).status_code == 400
    assert (await anonymous_browser.http.post(link, data={"mails": "none"})).status_code == 403
    elsewhere = {"origin": "https://ailleurs.example"}
    assert (await anonymous_browser.http.post(f"{link}/arret", data=ONE_PRESS, headers=elsewhere)).status_code == 403

    assert await load_email_frequency(cast.referent_caf_lot) == EmailFrequency.AT_ONCE


@pytest.mark.parametrize("end", ["", "/arret"])
async def test_a_forged_link_leads_nowhere(cast: Cast, anonymous_browser: Browser, end: str) -> None:
    forged = f"/mails/{cast.referent_caf_lot.id}-{'0' * 32}{end}"

    page = await anonymous_browser.get(forged)

    assert page.status == 404 and "ouvrez votre profil" in page.text
    assert (await anonymous_browser.http.post(forged, data=ONE_PRESS)).status_code in (403, 404)
