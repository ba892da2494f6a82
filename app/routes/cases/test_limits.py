"""Past a limit the form is shown again with the typed text and when to retry, and nothing is half-written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID, uuid4

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.draft.draft import WizardMode
from app.domain.cases.draft.saving import MAX_DRAFTS, create_draft
from app.domain.rate_limit import RATE_LIMITS, LimitedAction, consume_rate_limit
from app.tests.support.browser import BASE, Browser
from db.tables.email import Email
from db.tables.thread import Event, Message

SignIn = Callable[[Actor], Awaitable[Browser]]
SAID = "Beaucoup de messages sont partis de votre compte en peu de temps. Réessayez dans quelques secondes."


async def test_a_message_too_many_stays_in_its_form(cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime) -> None:
    browser = await sign_in(cast.agent_lot)
    page = await browser.get(f"/demandes/{case_id}")
    await consume_rate_limit(LimitedAction.MESSAGE, cast.agent_lot, now, times=RATE_LIMITS[LimitedAction.MESSAGE].burst)
    letters, lines = await Email.count(), await Event.count()

    page = await browser.press(page, "Envoyer le message", message="La suite du dossier")

    assert page.status == 429 and page.response.headers["retry-after"] == "6" and SAID in page.text
    assert page.control("Votre message").get_text().strip() == "La suite du dossier"
    form = page.form("Envoyer le message")
    token = str(form.find("input", {"name": "jeton"})["value"])  # type: ignore[index]
    data = {"jeton": token, "message": "La suite du dossier", "cle": str(uuid4())}
    answer = await browser.http.post(f"{form['action']}?fragment=1", data=data, headers={"origin": BASE})
    assert answer.status_code == 429 and "<html" not in answer.text
    assert SAID in answer.text and "La suite du dossier" in answer.text
    assert (await Email.count(), await Event.count(), await Message.count()) == (letters, lines, 0)


async def test_a_gesture_too_many_keeps_its_reason_and_an_export_has_a_page(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    browser = await sign_in(cast.referent_caf_lot)
    page = await browser.get(f"/demandes/{case_id}/transfert")
    await consume_rate_limit(
        LimitedAction.ACTION, cast.referent_caf_lot, now, times=RATE_LIMITS[LimitedAction.ACTION].burst
    )

    team = str(cast.referent_cpam_lot.seats[0].team_id)
    page = await browser.press(page, "Transférer la demande", equipe=team, motif="Compétente pour le Lot")

    assert page.status == 429 and "Votre compte a fait beaucoup d’actions en peu de temps." in page.text
    assert "Compétente pour le Lot" in page.response.text

    await consume_rate_limit(LimitedAction.EXPORT, cast.admin, now, times=RATE_LIMITS[LimitedAction.EXPORT].burst)
    page = await (await sign_in(cast.admin)).get("/administration/trace.csv")
    assert page.status == 429 and page.h1 == "Encore un peu de patience" and page.link("Mes demandes")


async def test_a_draft_too_many_says_what_to_do_and_lists_them(cast: Cast, sign_in: SignIn, now: datetime) -> None:
    browser = await sign_in(cast.agent_lot)
    page = await browser.get("/demandes/nouvelle")
    for _ in range(MAX_DRAFTS):
        await create_draft(cast.agent_lot, uuid4(), team_id=None, mode=WizardMode.FREE, now=now)

    page = await browser.press(page, "Continuer", mode="guided")

    assert page.status == 422 and "Vous avez 50 brouillons" in page.text and "supprimez-en un" in page.text
