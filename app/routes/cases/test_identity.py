"""The form that corrects who the citizen is: without scripts, with what was typed, and what another page changed."""

import re
from collections.abc import Awaitable, Callable
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.tests.support.browser import Browser

SignIn = Callable[[Actor], Awaitable[Browser]]
FIELDS = {"Prénom": "Jeanne", "Nom de famille": "Pélissier", "Date de naissance": "1957"}
SAVE = "Enregistrer"


async def test_what_is_typed_stays_and_what_another_page_changed_is_shown(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    agent, referent = await sign_in(cast.agent_lot), await sign_in(cast.referent_caf_lot)
    mine = await agent.press(await agent.get(f"/demandes/{case_id}"), "Corriger l’identité")
    assert {label: mine.find_value(label) for label in FIELDS} == FIELDS
    theirs = await referent.get(f"/demandes/{case_id}/identite")
    done = await referent.press(theirs, SAVE, prenom=" Jeannette ", nom="Zibeline")
    assert done.path == f"/demandes/{case_id}" and "L’identité de l’usager est corrigée." in done.text
    assert "Identité de l’usager corrigée par Julien Delmas (CAF du Lot)" in done.text
    assert "Prénom, nom de famille" in done.text and "Jeannette Zibeline" in done.text

    asked = await agent.press(mine, SAVE, nom="Martre", naissance="")
    assert asked.status == 422 and "Saisissez la date de naissance" in asked.text
    assert "Au dossier à présent : Zibeline" in asked.text and asked.find_value("Nom de famille") == "Martre"
    assert asked.find_value("Prénom") == "Jeannette", "left as it was shown: it takes the value of now"

    asked = await agent.press(mine, SAVE, nom="Martre", naissance="1958")
    assert asked.status == 422 and asked.text.count("Corrigé entre-temps : vérifiez, puis enregistrez") > 1
    assert asked.find_value("Date de naissance") == "1958" and "Jeannette Zibeline" in asked.text
    done = await agent.press(asked, SAVE)
    assert done.status == 200 and "Jeannette Martre" in done.text
    assert "le mandat, donné sous l’ancienne identité, reste valable" in done.text


async def test_an_open_page_follows_without_the_former_name(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent, referent = await sign_in(cast.agent_lot), await sign_in(cast.referent_caf_lot)
    news = f"/demandes/{case_id}/nouvelles"
    shown = (await agent.http.get(news)).headers["etag"]
    listed = (await agent.http.get("/nouvelles")).headers["etag"]
    await referent.press(await referent.get(f"/demandes/{case_id}/identite"), SAVE, nom="Zibeline")

    page = (await agent.http.get(news, headers={"if-none-match": shown})).text
    row = (await agent.http.get("/nouvelles", headers={"if-none-match": listed})).text

    assert 'id="usager" hx-swap-oob="outerMorph"' in page and 'id="geste"' not in page
    assert "Jeanne Zibeline" in page and "Jeanne Zibeline" in row and "Pélissier" not in page + row


async def test_a_form_in_which_nothing_changed_says_so(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    form = await agent.get(f"/demandes/{case_id}/identite")

    done = await agent.press(form, SAVE, nom=" Pélissier ")

    assert "Rien n’a changé" in done.text and "est corrigée" not in done.text
    assert "Identité de l’usager corrigée" not in done.text, "no line in the thread"
    for _ in range(2):
        done = await agent.press(form, SAVE, nom="Zibeline")
        assert "L’identité de l’usager est corrigée." in done.text, "the same form again says what it has done"


async def test_a_closed_case_has_no_form(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    form = await agent.get(f"/demandes/{case_id}/identite")
    closing = await agent.get(f"/demandes/{case_id}/cloture")
    await agent.press(closing, "Confirmer la clôture", issue="solved")

    refused = await agent.press(form, SAVE, nom="Zibeline")

    assert refused.status == 409 and "La demande a été clôturée entre-temps" in refused.text
    assert not re.search("Corriger l’identité|Zibeline", refused.text)
