"""« Ne plus suivre » and « Demander de rouvrir », without scripts."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.closure import close
from app.domain.email.queue_email import EmailKind
from app.tests.support.browser import Browser
from db.tables.email import Email

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_a_team_steps_out_with_its_reason_and_the_agent_reads_it(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    caf, agent = await sign_in(cast.referent_caf_lot), await sign_in(cast.agent_lot)
    panel = await caf.press(await caf.get(f"/demandes/{case_id}"), "Ne plus suivre")
    empty = await caf.press(panel, "Ne plus suivre", motif=" ")
    assert empty.status == 422 and "pourquoi votre équipe ne suit plus cette demande" in empty.text

    listed = await caf.press(panel, "Ne plus suivre", motif="Pas de dossier chez nous")

    assert "Votre équipe ne suit plus la demande" in listed.text and "Aucune demande ici" in listed.text
    gone = await caf.get(f"/demandes/{case_id}")
    assert gone.status == 410 and "Votre équipe CAF du Lot ne suit plus cette demande" in gone.text
    page = await agent.get(f"/demandes/{case_id}")
    assert "Retrait de l’équipe par Julien Delmas (CAF du Lot)" in page.text
    assert "Pas de dossier chez nous" in page.text
    emails = await Email.select(Email.person).where(Email.kind == EmailKind.STEPPED_OUT)
    assert emails == [{"person": cast.agent_lot.id}]


async def test_a_second_press_finds_that_the_team_is_out(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    caf = await sign_in(cast.referent_caf_lot)
    panel = await caf.get(f"/demandes/{case_id}/sortie")
    await caf.press(panel, "Ne plus suivre", motif="Pas de dossier chez nous")

    again = await caf.press(panel, "Ne plus suivre", motif="Pas de dossier chez nous")

    assert again.status == 410 and "ne suit plus cette demande" in again.text


async def test_a_referent_asks_the_person_who_closed_it_to_reopen(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    caf = await sign_in(cast.referent_caf_lot)
    assert not (await caf.get(f"/demandes/{case_id}")).has_button("Demander de rouvrir")
    await close(cast.colleague_lot, case_id, "solved", now)
    await Email.delete().where(Email.case == case_id)
    page = await caf.get(f"/demandes/{case_id}")
    assert not page.has_button("Envoyer le message") and not page.has_button("Je m’en occupe")

    panel = await caf.press(page, "Demander de rouvrir")
    empty = await caf.press(panel, "Envoyer", mot="")
    assert empty.status == 422 and "pourquoi il faudrait la rouvrir" in empty.text
    page = await caf.press(panel, "Envoyer", mot="Le rappel n’est pas parti")

    assert "Votre mot est envoyé" in page.text and "Réouverture demandée par Julien Delmas" in page.text
    emails = await Email.select(Email.person, Email.kind).where(Email.case == case_id)
    assert emails == [{"person": cast.colleague_lot.id, "kind": EmailKind.REOPENING_ASKED}]
    manager = await sign_in(cast.manager_caf_lot)
    panel = await manager.get(f"/demandes/{case_id}/a-rouvrir")
    twice = await manager.press(panel, "Envoyer", mot="Je le demande aussi")
    assert twice.status == 409 and "Votre équipe l’a déjà demandé" in twice.text
    closer = await sign_in(cast.colleague_lot)
    page = await closer.press(await closer.get(f"/demandes/{case_id}"), "Rouvrir la demande")
    assert page.shows_status("Consultée")
