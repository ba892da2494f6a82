"""A manager sets the absence of a member, from the page of the members."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.tests.support.browser import Browser
from db.tables.absences import Absence
from db.tables.members import Membership
from db.tables.people import Person

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_a_manager_sets_corrects_and_removes_it(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.manager_caf_lot)
    members = f"/equipes/{cast.manager_caf_lot.seats[0].team_id}/membres"
    page = await browser.get((await browser.get(members)).link("Absence : Julien Delmas"))
    assert page.h1 == "Absence : Julien Delmas"

    refused = await browser.press(page, "Enregistrer l’absence", du="03/12", au="bientôt")
    assert refused.status == 422 and refused.control("Au")["value"] == "bientôt"

    page = await browser.press(refused, "Enregistrer l’absence", au="12/12", remplacement=str(cast.manager_caf_lot.id))
    assert page.h1 == "Membres de CAF du Lot" and "L’absence est enregistrée." in page.text
    assert "Absence du 3 au 12 décembre 2026" in page.text
    seen = await (await sign_in(cast.referent_caf_lot)).get("/profil/absence")
    assert "Remplacement : Hélène Marty." in seen.text

    page = await browser.press(await browser.get(page.link("Absence : Julien Delmas")), "Supprimer l’absence")
    assert "L’absence est supprimée." in page.text and await Absence.count() == 0


async def test_a_choice_from_another_team_stays_when_a_manager_changes_the_days(cast: Cast, sign_in: SignIn) -> None:
    caf = cast.manager_caf_lot.seats[0].team_id
    await Membership.insert(Membership(person=cast.referent_caf_lot.id, team=cast.referent_msa_lot.seats[0].team_id))
    julien = await sign_in(cast.referent_caf_lot)
    paul = str(cast.referent_msa_lot.id)
    await julien.press(
        await julien.get("/profil/absence"), "Enregistrer l’absence", du="03/12", au="12/12", remplacement=paul
    )
    browser = await sign_in(cast.manager_caf_lot)
    path = f"/equipes/{caf}/membres/{cast.referent_caf_lot.id}/absence"

    await browser.press(await browser.get(path), "Changer l’absence", au="13/12")

    row = await Absence.select(Absence.replacement, Absence.last_day).first()
    assert row is not None and (row["replacement"], row["last_day"].day) == (int(paul), 13)


async def test_a_closed_account_has_no_absence_to_set(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.manager_caf_lot)
    caf, julien = cast.manager_caf_lot.seats[0].team_id, cast.referent_caf_lot.id
    await Person.update({Person.active: False}).where(Person.id == julien)

    assert "Absence : Julien" not in (await browser.get(f"/equipes/{caf}/membres")).text
    assert (await browser.get(f"/equipes/{caf}/membres/{julien}/absence")).status == 404
