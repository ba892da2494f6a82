"""The page after /login shows the address as it was read, and refuses by naming what cannot be read."""

from app.tests.support.browser import Browser


async def test_the_page_shows_the_address_as_it_was_read(anonymous_browser: Browser) -> None:
    page = await anonymous_browser.get("/login")
    page = await anonymous_browser.press(
        page, "Recevoir mon lien de connexion", adresse="\u200bMarc <mailto:Agent.LOT@Exemple.fr>\u202f,"
    )

    assert "Si agent.lot@exemple.fr est l’adresse d’un compte" in page.text


async def test_an_accent_is_named_and_what_was_typed_stays(anonymous_browser: Browser) -> None:
    page = await anonymous_browser.get("/login")
    page = await anonymous_browser.press(page, "Recevoir mon lien de connexion", adresse="hélène.martin@exemple.fr")

    assert "Écrivez sans accent ce qui précède le @" in page.text
    assert page.find_value("Adresse mail") == "hélène.martin@exemple.fr"
