"""The wizard’s step of the mandate, its page to print, and what the case then shows; without scripts."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pypdfium2
import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.routes.cases import mandate
from app.settings import settings
from app.tests.support.attachments_fixtures import make_picture
from app.tests.support.browser import Browser
from app.text import formats
from db.tables.mandates import Mandate

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_sending_without_one_is_refused_with_a_link_to_the_step(
    cast: Cast, draft_id: UUID, sign_in: SignIn
) -> None:
    await Mandate.delete().where(Mandate.case == draft_id)
    agent = await sign_in(cast.agent_lot)
    page = await agent.press(await agent.get(f"/brouillons/{draft_id}/verification"), "Envoyer ma demande")
    assert page.status == 422
    page = await agent.get(page.link("Mandat"))
    page = await agent.press(page, "Continuer")
    assert page.status == 422 and "Dites comment l’usager vous a donné son mandat." in page.text

    page = await agent.press_with(
        [("mandat.jpg", make_picture())], page, "Continuer", mandat="paper", signature="23/11/26"
    )

    assert page.h1 == "Vérifiez vos réponses" and "mandat.jpg" in page.text
    await agent.press(page, "Envoyer ma demande")
    seen = await (await sign_in(cast.referent_caf_lot)).get(f"/demandes/{draft_id}")
    assert "Mandat signé sur papier, le 23 novembre 2026, attesté par Carmen Vidal" in seen.text
    assert "Télécharger mandat.jpg" in seen.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [("31/02/2026", "comme 24/11/2026"), ("demain", "comme 24/11/2026"), ("24/12/2026", "à venir"), ("", "Saisissez")],
)
async def test_a_wrong_date_says_why_and_stays_typed(
    cast: Cast, draft_id: UUID, sign_in: SignIn, typed: str, said: str
) -> None:
    agent = await sign_in(cast.agent_lot)
    page = await agent.get(f"/brouillons/{draft_id}/mandat")
    page = await agent.press(page, "Continuer", mandat="phone", appel=typed, motif="Ne se déplace plus")
    assert page.status == 422 and said in page.text
    assert page.control("Date de l’appel")["value"] == typed
    assert page.control("Pourquoi aucun autre moyen")["value"] == "Ne se déplace plus"


async def test_the_page_to_print_is_for_its_author_blank_or_filled(cast: Cast, draft_id: UUID, sign_in: SignIn) -> None:
    agent, other = await sign_in(cast.agent_lot), await sign_in(cast.colleague_lot)
    for path in ("/mandat.pdf", f"/brouillons/{draft_id}/mandat.pdf"):
        answer = await agent.http.get(path)
        assert answer.content.startswith(b"%PDF") and answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"] == 'attachment; filename="mandat.pdf"'
    assert (await other.http.get(f"/brouillons/{draft_id}/mandat.pdf")).status_code == 404


async def test_the_operator_s_template_is_the_one_that_is_printed(
    cast: Cast, sign_in: SignIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "mandat.typ"
    own.write_text('#set document(title: "Le nôtre")\n#set text(lang: "fr")\n= Le nôtre')
    monkeypatch.setattr(mandate, "settings", replace(settings, mandate_template=own))
    answer = await (await sign_in(cast.agent_lot)).http.get("/mandat.pdf")

    assert "Le nôtre" in pypdfium2.PdfDocument(answer.content)[0].get_textpage().get_text_bounded()


@pytest.mark.parametrize("typed", ["24/11/2026", "24.11.26", "2026-11-24", "24 novembre 2026", " 24-11-2026 "])
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    assert formats.parse_day(typed) == datetime(2026, 11, 24).date()  # noqa: DTZ001
