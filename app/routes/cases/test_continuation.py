"""« Autres demandes de cette personne », and « Continuer dans 4827-1930 », on their pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.case_number import format_case_number
from app.domain.cases.draft.draft import load_editable_draft
from app.domain.cases.draft.saving import save_citizen
from app.domain.cases.draft.submission import submit
from app.domain.cases.lookalikes.links import list_linked_cases
from app.tests.support.browser import Browser
from app.tests.support.cases_fixtures import NewCase, NewDraft
from db.tables.cases import Case

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]
TITLE = "Autres demandes de cette personne"
ROI = {"first_name": "Paul", "last_name": "Roi", "birth": "1987"}


async def find_number(case_id: UUID) -> str:
    row = await Case.select(Case.number).where(Case.id == case_id).first()
    return format_case_number(row["number"] if row else 0)


async def test_a_referent_sees_at_once_that_there_are_others(
    cast: Cast, new_case: NewCase, sign_in: SignIn, now: datetime
) -> None:
    case_id, other = await new_case("CAF"), await new_case("CAF", subject="Dossier bloqué")
    browser = await sign_in(cast.referent_caf_lot)
    page = await browser.get(f"/demandes/{case_id}")
    assert page.link("1 autre demande de cette personne") == f"/demandes/{case_id}/memes-usager"

    listed = await browser.get(f"/demandes/{case_id}/memes-usager")
    number = await find_number(other)
    assert listed.link(f"{number}, Dossier bloqué") == f"/demandes/{other}"
    assert "Jeanne Pélissier, 1957. Envoyée" in listed.text
    assert "Continuer dans" not in listed.text, "a referent closes no case"
    await browser.press(listed, f"Relier à {number}")
    assert await list_linked_cases(case_id) == [other]
    again = await browser.get(f"/demandes/{other}/memes-usager")
    assert "reliée" in again.text
    await browser.press(again, f"Ne plus relier à {await find_number(case_id)}")
    assert await list_linked_cases(case_id) == []


async def test_who_reads_none_of_the_others_sees_none(
    cast: Cast, new_case: NewCase, sign_in: SignIn, now: datetime
) -> None:
    case_id, other = await new_case("MSA"), await new_case("CAF", subject="Dossier bloqué")
    browser = await sign_in(cast.referent_msa_lot)
    assert "de cette personne" not in (await browser.get(f"/demandes/{case_id}")).text
    assert (await browser.get(f"/demandes/{case_id}/complement")).link(TITLE) == f"/demandes/{case_id}/memes-usager"
    closing = await (await sign_in(cast.agent_lot)).get(f"/demandes/{case_id}/cloture")
    assert closing.link(TITLE) == f"/demandes/{case_id}/memes-usager"
    page = await browser.get(f"/demandes/{case_id}/memes-usager?numero={await find_number(other)}")
    assert "Dossier bloqué" not in page.text and "Aucune demande que vous pouvez lire n’a ce numéro." in page.text


async def test_a_case_continues_in_another_and_is_taken_back(
    cast: Cast, new_case: NewCase, sign_in: SignIn, clock: Clock
) -> None:
    case_id, other = await new_case("CAF"), await new_case("MSA")
    number, browser = await find_number(other), await sign_in(cast.agent_lot)
    asked = await browser.get((await browser.get(f"/demandes/{case_id}/memes-usager")).link(f"Continuer dans {number}"))
    assert "CAF du Lot" in asked.text and "« Aide en retard »" in asked.text
    assert "Ce n’est pas le même usager" not in asked.text
    reached = await browser.press(asked, f"Continuer dans N° {number}")
    assert reached.path == f"/demandes/{other}" and "La demande continue ici" in reached.text
    assert "Autre demande du même usager continuée ici" in reached.text

    closed = await browser.get(f"/demandes/{case_id}")
    assert closed.shows_status("Clôturée") and "elle continue dans une autre demande" in closed.text
    assert "Sondage de satisfaction" not in closed.text and closed.link(f"demande {number}") == f"/demandes/{other}"
    reopened = await browser.press(closed, "Annuler, et rouvrir comme avant")
    assert reopened.shows_status("Nouvelle") and "de nouveau à part" in reopened.text


async def test_a_case_of_the_same_teams_continues_and_after_a_day_is_reopened_as_any_other(
    cast: Cast, new_case: NewCase, sign_in: SignIn, clock: Clock
) -> None:
    case_id, other = await new_case("CAF"), await new_case("CAF")
    browser = await sign_in(cast.agent_lot)
    asked = await browser.get(f"/demandes/{case_id}/suite?autre={other}")
    assert "Invités" not in asked.text
    await browser.press(asked, f"Continuer dans N° {await find_number(other)}")
    clock.now += timedelta(days=1, hours=1)
    page = await (await sign_in(cast.agent_lot)).get(f"/demandes/{case_id}")
    assert "Annuler, et rouvrir" not in page.text and "Rouvrir la demande" in page.text


async def test_another_citizen_is_asked_first(
    cast: Cast, case_id: UUID, new_draft: NewDraft, sign_in: SignIn, now: datetime
) -> None:
    draft = await new_draft("CAF")
    details = (await load_editable_draft(cast.agent_lot, draft)).details
    await save_citizen(cast.agent_lot, draft, ROI, list(details), now)
    await submit(cast.agent_lot, draft, now)
    number, browser = await find_number(draft), await sign_in(cast.agent_lot)
    listed = await browser.get(f"/demandes/{case_id}/memes-usager?numero={number}")
    asked = await browser.get(listed.link(f"Continuer dans {number}"))
    refused = await browser.press(asked, f"Continuer dans N° {number}")
    assert refused.status == 422 and "Ce n’est pas le même usager" in refused.text
    reached = await browser.press(refused, f"Continuer dans N° {number}", autre_usager="oui")
    assert reached.path == f"/demandes/{draft}"
