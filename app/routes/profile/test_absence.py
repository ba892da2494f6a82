"""« Mon absence », without scripts: set, corrected, changed, removed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.tests.support.browser import Browser
from db.tables.absences import Absence
from db.tables.members import Membership

SignIn = Callable[[Actor], Awaitable[Browser]]
PATH = "/profil/absence"


async def test_one_s_absence_is_set_changed_and_removed(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.agent_lot)
    page = await browser.get((await browser.get("/profil")).link("Indiquer une absence"))
    assert page.h1 == "Mon absence" and page.control("Du")["type"] == page.control("Au")["type"] == "date"

    page = await browser.press(
        page, "Enregistrer l’absence", du="2026-12-01", au="12/12", remplacement=str(cast.colleague_lot.id)
    )

    assert "L’absence est enregistrée." in page.text
    assert "Absence du 1er au 12 décembre 2026. Remplacement : Bastien Roques." in page.text
    assert "Absence du 1er au 12 décembre 2026." in (await browser.get("/profil")).text
    assert page.control("Au")["value"] == "2026-12-12"

    page = await browser.press(page, "Changer l’absence", au="13/12", remplacement="")
    assert "Absence du 1er au 13 décembre 2026. Pas de remplacement." in page.text

    page = await browser.press(page, "Supprimer l’absence")
    assert "L’absence est supprimée." in page.text and not page.has_button("Supprimer l’absence")
    assert await Absence.count() == 0


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"du": "bientôt", "au": "12/12"}, "Saisissez une date comme 12/08/2026, ou 12/08."),
        ({"du": "12/12", "au": ""}, "Saisissez une date comme 12/08/2026, ou 12/08."),
        ({"du": "12/12/2026", "au": "11/12/2026"}, "Le dernier jour vient avant le premier."),
        ({"du": "01/11/2026", "au": "02/11/2026"}, "Ce jour est passé"),
        ({"du": "12/12/2026", "au": "13/12/2027"}, "Une absence dure un an au plus."),
        ({"du": "12/12", "au": "13/12", "remplacement": "999"}, "Cette personne ne peut pas remplacer"),
        ({"du": "12/12", "au": "13/12", "remplacement": "moi"}, "Cette personne ne peut pas remplacer"),
    ],
)
async def test_what_is_refused_is_kept(cast: Cast, sign_in: SignIn, typed: dict[str, str], words: str) -> None:
    browser = await sign_in(cast.agent_lot)

    page = await browser.press(await browser.get(PATH), "Enregistrer l’absence", **typed)

    assert page.status == 422 and words in page.text
    for label, name in (("Du", "du"), ("Au", "au")):
        field = page.control(label)
        assert field["value"] == typed[name]
        assert field.get("type", "text") == ("text" if typed[name] else "date"), "a date field would show nothing"
    assert await Absence.count() == 0


async def test_a_replacement_who_is_absent_too_is_said_aloud(cast: Cast, sign_in: SignIn) -> None:
    carmen, bastien = await sign_in(cast.agent_lot), await sign_in(cast.colleague_lot)
    await bastien.press(await bastien.get(PATH), "Enregistrer l’absence", du="05/12", au="06/12")

    page = await carmen.press(
        await carmen.get(PATH),
        "Enregistrer l’absence",
        du="01/12",
        au="05/12",
        remplacement=str(cast.colleague_lot.id),
    )

    assert "Attention : qui remplace est aussi en absence, au moins un de ces jours." in page.text


async def test_a_replacement_who_left_is_said(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.agent_lot)
    await browser.press(
        await browser.get(PATH),
        "Enregistrer l’absence",
        du="01/12",
        au="05/12",
        remplacement=str(cast.colleague_lot.id),
    )
    await Membership.delete().where(Membership.person == cast.colleague_lot.id)

    page = await browser.get(PATH)

    assert "Bastien Roques ne fait plus partie de ces équipes : le remplacement n’a plus lieu." in page.text
    page = await browser.press(page, "Changer l’absence")
    assert "Pas de remplacement." in page.text
