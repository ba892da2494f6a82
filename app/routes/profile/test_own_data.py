"""« Mes données »: the file has what is kept about the person, and the request of erasure is followed to its end."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.thread.posting import post_message
from app.domain.reorganisation.deactivation import deactivate_account, preview_deactivation
from app.domain.reorganisation.pseudonyms import remove_names_of_closed_accounts
from app.domain.teams.teams import add_member
from app.tests.support.browser import Browser
from app.tests.support.members_fixtures import FindTeam
from app.tests.support.recipients import list_emailed
from app.text.own_data import _NAMES
from db.tables.people import Person

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_the_file_has_what_is_kept_and_no_word_of_a_citizen(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    await post_message(cast.agent_lot, case_id, "Le dossier de madame Zibeline", key="a", now=now)
    browser = await sign_in(cast.agent_lot)
    page = await browser.get("/profil/donnees")

    answer = await browser.get(page.link("Télécharger mes données"))

    found = json.loads(answer.response.text)
    assert found["compte"]["adresse"] == cast.agent_lot.address and found["compte"]["téléphone"]
    assert found["équipes"] == [{"équipe": "France Services de démonstration du Lot", "responsable": False}]
    assert len(found["demandes ouvertes"]) == len(found["messages écrits"]) == 1
    assert {"Demande envoyée", "Données sur soi téléchargées"} <= {
        row["action"] for row in found["trace, depuis un an"]
    }
    assert "Zibeline" not in answer.response.text and "argon2" not in answer.response.text
    names = {name for rows in found.values() if isinstance(rows, list) for row in rows for name in row}
    assert names | found["compte"].keys() <= set(_NAMES.values()), "each column has a French name"
    assert "attachment" in answer.response.headers["content-disposition"]


async def test_asked_erasure_is_seen_by_who_keeps_the_account_and_ends_it(
    cast: Cast, sign_in: SignIn, now: datetime
) -> None:
    person = cast.referent_caf_lot
    browser = await sign_in(person)
    page = await browser.press(await browser.get("/profil/donnees"), "Demander l’effacement de mon compte")
    assert "Votre demande est partie" in page.text
    await browser.press(await browser.get("/profil/donnees"), "Garder mon compte")
    await browser.press(await browser.get("/profil/donnees"), "Demander l’effacement de mon compte")
    assert await list_emailed("erasure") == ["responsable.caf.lot"] * 2

    manager = await sign_in(cast.manager_caf_lot)
    page = await manager.get((await manager.get("/administration")).link("1 compte à fermer"))
    assert page.path == "/personnes?vue=effacement" and page.link("Effacement demandé (1)")
    page = await manager.get(page.link("Julien Delmas"))
    assert "cette personne demande l’effacement de son compte" in page.text
    preview = await preview_deactivation(cast.manager_caf_lot, person.id)
    await deactivate_account(cast.manager_caf_lot, person.id, {}, preview.preview_version, now)

    assert await remove_names_of_closed_accounts(now + timedelta(days=1)) == 1
    row = await Person.select(Person.last_name, Person.address).where(Person.id == person.id).first()
    assert row and row["last_name"] == "Ancien compte" and "caf" not in row["address"]


async def test_a_person_of_several_teams_asks_the_administration(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.expert)
    await browser.press(await browser.get("/profil/donnees"), "Demander l’effacement de mon compte")
    assert await list_emailed("erasure") == ["admin"]


async def test_a_request_goes_to_who_may_close_the_account(cast: Cast, sign_in: SignIn, find_team: FindTeam) -> None:
    """A manager of one team may not close a supervisor's account; the only administrator has no one to ask."""
    await add_member(cast.supervisor_lot.id, await find_team("CAF du Lot"))
    browser = await sign_in(cast.supervisor_lot)
    await browser.press(await browser.get("/profil/donnees"), "Demander l’effacement de mon compte")
    assert await list_emailed("erasure") == ["admin"]
    page = await (await sign_in(cast.manager_caf_lot)).get(f"/personnes/{cast.supervisor_lot.id}")
    assert "Qui tient tout son compte le ferme" in page.text and "Désactivez-le" not in page.text

    browser = await sign_in(cast.admin)
    page = await browser.press(await browser.get("/profil/donnees"), "Demander l’effacement de mon compte")
    assert "donnez d’abord le rôle d’administrateur" in page.text and await list_emailed("erasure") == ["admin"]
