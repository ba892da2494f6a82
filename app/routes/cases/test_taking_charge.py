"""A referent’s page: the actions, and what each changes for everybody, without scripts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.thread.ready_phrases import list_managed_seats, save_phrase
from app.tests.support.attachments_fixtures import PDF
from app.tests.support.browser import Browser
from app.tests.support.cases_fixtures import NewCase
from db.tables.email import Email
from db.tables.thread import Message

SignIn = Callable[[Actor], Awaitable[Browser]]
NOTE = ("note.pdf", PDF)


async def test_je_m_en_occupe_shows_on_the_page_and_in_the_list(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    referent, agent = await sign_in(cast.referent_caf_lot), await sign_in(cast.agent_lot)
    page = await referent.get(f"/demandes/{case_id}")

    page = await referent.press(page, "Je m’en occupe")

    assert "C’est noté" in page.text and not page.has_button("Je m’en occupe")
    assert "Julien Delmas s’en occupe" in (await agent.get(f"/demandes/{case_id}")).text
    assert "Julien Delmas s’en occupe" in (await agent.get("/demandes")).text


async def test_c_est_traite_says_so_to_the_agent_who_has_only_to_close(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    referent, agent = await sign_in(cast.referent_caf_lot), await sign_in(cast.agent_lot)
    page = await referent.get(f"/demandes/{case_id}")

    page = await referent.press(page, "C’est traité", message="Versé ce matin.")
    assert page.shows_status("Consultée") and not page.has_button("Envoyer le message")
    page = await referent.press(page, "Confirmer « C’est traité »")

    assert "Versé ce matin." in page.text and page.shows_status("Répondue")
    seen = await agent.get(f"/demandes/{case_id}")
    assert "C’est traité" in seen.text and seen.has_button("Clore la demande")
    assert not seen.has_button("C’est traité") and not seen.has_button("Je m’en occupe")


async def test_an_answer_asks_once_and_keeps_what_is_typed_and_joined(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    referent = await sign_in(cast.referent_caf_lot)
    page = await referent.get(f"/demandes/{case_id}")

    asked = await referent.press_with([NOTE], page, "C’est traité", message="Versé ce matin.")

    assert "Un mail part à France Services de démonstration du Lot." in asked.text
    said = "close d’elle-même dans 30 jours, sauf si l’agent et les organismes s’écrivent encore"
    assert f"{said} ou si un autre organisme ne l’a pas dit aussi." in asked.text
    assert not await Message.exists().where(Message.case == case_id)
    assert not await Email.exists().where(Email.kind == "message")
    assert (await referent.get(f"/demandes/{case_id}")).control("Votre message").get_text().strip() == "Versé ce matin."
    back = await referent.press(asked, "Revenir au message", message="Versé hier.")
    assert back.control("Votre message").get_text().strip() == "Versé hier." and "note.pdf" in back.text
    assert back.has_button("Envoyer le message") and not back.has_button("Confirmer « C’est traité »")

    joined = await referent.press(asked, "Joindre et choisir d’autres fichiers")
    for _ in range(2):
        page = await referent.press(joined, "Confirmer « C’est traité »")

    assert await Message.count().where(Message.case == case_id) == 1 and page.has_button("C’est traité")
    assert "note.pdf" in str(page.soup.select_one("#fil"))
    assert await Email.count().where(Email.kind == "message", Email.person == cast.agent_lot.id) == 1


async def test_alone_on_a_case_an_organisation_closes_it_by_its_word(
    cast: Cast, new_case: NewCase, sign_in: SignIn
) -> None:
    referent, alone = await sign_in(cast.referent_caf_lot), await new_case("CAF")

    asked = await referent.press(await referent.get(f"/demandes/{alone}"), "C’est traité", message="Versé ce matin.")

    assert "close d’elle-même dans 30 jours, sauf si l’agent et les organismes s’écrivent encore." in asked.text


async def test_an_agent_or_a_closed_case_is_asked_nothing(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    agent, referent = await sign_in(cast.agent_lot), await sign_in(cast.referent_caf_lot)
    page = await referent.get(f"/demandes/{case_id}")
    forged = await agent.press(await agent.get(f"/demandes/{case_id}"), "Envoyer le message", reponse="traitee")
    assert forged.status == 403 and not forged.has_button("Confirmer « C’est traité »")

    await close(cast.agent_lot, case_id, "solved", now)
    late = await referent.press(page, "C’est traité", message="Versé ce matin.")

    assert late.status == 409 and "Versé ce matin." in late.text and not late.has_button("Confirmer « C’est traité »")


async def test_non_pertinente_asks_for_the_procedure(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    referent = await sign_in(cast.referent_caf_lot)
    page = await referent.get(f"/demandes/{case_id}")

    page = await referent.press(page, "Non pertinente")
    assert page.status == 422 and "Indiquez à l’agent la procédure" in page.text
    assert "reste ouverte, marquée « Non pertinente »" in page.text
    page = await referent.press(page, "Confirmer « Non pertinente »")
    assert page.status == 422 and "Indiquez à l’agent la procédure" in page.text
    page = await referent.press(page, "Confirmer « Non pertinente »", message="Déclarez en ligne.")

    agent = await (await sign_in(cast.agent_lot)).get(f"/demandes/{case_id}")
    assert "Non pertinente" in agent.text and "Déclarez en ligne." in agent.text


async def test_a_ready_phrase_goes_after_what_is_typed(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    team = list_managed_seats(cast.manager_caf_lot)[0].team_id
    await save_phrase(cast.manager_caf_lot, team, None, "Délai", "Comptez trois semaines.", seen=0, now=now)
    referent = await sign_in(cast.referent_caf_lot)
    page = await referent.get(f"/demandes/{case_id}")

    page = await referent.press(page, "Délai", message="Bonjour Carmen,", **{"lecteurs": "referents"})

    assert page.control("Votre message").get_text().strip() == "Bonjour Carmen,\n\nComptez trois semaines."
    assert page.list_ticked("lecteurs")[0].startswith("Lu par : les référents")
    msa = await (await sign_in(cast.referent_msa_lot)).get(f"/demandes/{case_id}")
    assert not msa.has_button("Délai")


async def test_a_manager_keeps_the_phrases_on_a_page(cast: Cast, sign_in: SignIn) -> None:
    manager = await sign_in(cast.manager_caf_lot)
    page = await manager.get("/equipe/phrases")
    assert "Aucune phrase" in page.text and page.link("Phrases toutes prêtes")

    page = await manager.press(page, "Ajouter cette phrase", titre="Délai")
    assert page.status == 422 and page.form("Ajouter cette phrase").select_one("[name=titre][value=Délai]")
    page = await manager.press(page, "Ajouter cette phrase", titre="Délai", texte="Trois semaines.")
    assert "La phrase est enregistrée." in page.text
    page = await manager.press(page, "Supprimer")
    assert "La phrase est supprimée." in page.text and "Aucune phrase" in page.text

    other = await (await sign_in(cast.referent_caf_lot)).get("/equipe/phrases")
    assert other.has_button("Ajouter à mes phrases") and not other.has_button("Ajouter cette phrase")
    assert (await (await sign_in(cast.agent_lot)).get("/equipe/phrases")).status == 404


async def test_a_transfer_leads_back_to_the_list(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    referent, other = await sign_in(cast.referent_caf_lot), await sign_in(cast.referent_cpam_lot)
    page = await referent.press(await referent.get(f"/demandes/{case_id}"), "Transférer")
    page = await referent.press(page, "Transférer la demande", motif="Régime général")
    assert page.status == 422 and page.control("Pourquoi cette équipe")
    assert "Régime général" in page.text

    page = await referent.press(page, "Transférer la demande", equipe=_option(page, "CPAM du Lot"))

    assert page.h1 == "Mes demandes" and "est transférée" in page.text
    gone = await referent.get(f"/demandes/{case_id}")
    assert gone.status == 410 and "CPAM du Lot" in gone.text and "Régime général" not in gone.text
    assert "Régime général" in (await other.get(f"/demandes/{case_id}")).text


def _option(page: object, label: str) -> str:
    options = page.soup.find_all("option")  # type: ignore[attr-defined]
    return next(str(option["value"]) for option in options if option.get_text() == label)


async def test_each_side_invites_whom_it_may(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    referent, agent = await sign_in(cast.referent_msa_lot), await sign_in(cast.agent_lot)
    page = await referent.press(await referent.get(f"/demandes/{case_id}"), "Inviter un organisme")
    page = await referent.press(page, "Voir ses équipes", territoire="18")
    page = await referent.press(page, "Inviter cette équipe", equipe=_option(page, "CAF du Cher"), motif="Y vivait")
    assert "Équipe invitée : CAF du Cher" in page.text

    page = await agent.press(await agent.get(f"/demandes/{case_id}"), "Inviter un expert")
    page = await agent.press(page, "Inviter l’équipe de la plateforme", motif="Bloqué")
    assert "Équipe de la plateforme invitée" in page.text
    page = await agent.press(page, "Inviter un collègue")
    page = await agent.press(page, "Inviter", collegues=page.find_value("Bastien Roques"))
    assert "Collègue invité : Bastien Roques" in page.text

    expert = await sign_in(cast.expert)
    assert (await expert.get(f"/demandes/{case_id}")).has_button("Clore la demande")
    assert (await agent.get(f"/demandes/{case_id}/organisme")).text.count("Équipe à inviter") == 0
