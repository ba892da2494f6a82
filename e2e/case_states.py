"""The states of a case: each step of its draft, its page for each side, each panel, its end. See e2e/states.py."""

from collections.abc import Iterator

from playwright.sync_api import Page

from e2e.people import Person, follow, press, reply_by_sms

SUBJECT = "Pour tout le monde"
States = Iterator[tuple[Page, str]]


def draft_states(agent: Person) -> States:
    """Each step empty, refused, then right."""
    page = agent.page
    yield from _guided(agent)
    steps = page.url.rsplit("/", 1)[0]
    page.goto(f"{steps}/verification")
    yield page, "vérification incomplète"
    page.goto(f"{steps}/suppression")
    yield page, "supprimer le brouillon"
    page.goto("/demandes?vue=brouillons")
    yield page, "la liste des brouillons"
    page.goto("/demandes/nouvelle")
    page.get_by_role("radio", name="Choisir les organismes").check()
    agent.press_continue()
    page.get_by_role("heading", level=1, name="Quels organismes").wait_for()
    yield page, "organismes, mode libre"
    agent.press_continue()
    page.get_by_role("alert").wait_for()
    yield page, "organismes, mode libre, rien de coché"


def _guided(agent: Person) -> States:
    page = agent.page
    page.goto("/demandes/nouvelle")
    yield page, "mode"
    page.get_by_role("radio", name="Mode guidé").check()
    agent.press_continue()
    yield from _refused(agent, "catégorie", "Dans quel domaine")
    page.get_by_role("radio", name="Social / Famille").check()
    agent.press_continue()
    yield from _refused(agent, "sujet", "Quel est le sujet")
    page.get_by_role("radio", name="Étude ou versement d’une aide anormalement long").check()
    agent.press_continue()
    page.get_by_role("heading", level=1, name="Quels organismes").wait_for()
    yield page, "organismes"
    agent.press_continue()
    press(page, "Ajouter ce champ")
    yield from _refused(agent, "usager", "Qui est l’usager")
    page.get_by_role("textbox", name="Prénom").fill("Jeanne")
    page.get_by_role("textbox", name="Nom de famille").fill("Pélissier")
    page.get_by_role("textbox", name="Date de naissance").fill("1957")
    page.get_by_role("textbox", name="Numéro d’allocataire CAF").fill("1234567A")
    page.get_by_role("checkbox", name="Numéro de sécurité sociale : non connu").check()
    agent.press_continue()
    page.get_by_role("checkbox", name="Urgente").check()
    yield from _refused(agent, "blocage", "Quel est le blocage")
    page.get_by_role("textbox", name="Description du blocage").fill("Plus aucun versement depuis trois mois.")
    page.get_by_role("textbox", name="Pourquoi est-ce urgent ?").fill("Sans ressources")
    agent.press_continue()
    yield from _refused(agent, "mandat", "Quel mandat")
    for kind in ("Mandat signé sur papier", "Par SMS", "Par téléphone, faute d’autre moyen"):
        page.get_by_role("radio", name=kind).check()
        yield from _refused(agent, f"mandat, {kind}", "Quel mandat")


def _refused(agent: Person, step: str, title: str) -> States:
    agent.page.get_by_role("heading", level=1, name=title).wait_for()
    yield agent.page, step
    agent.press_continue()
    agent.page.get_by_role("alert").wait_for()
    yield agent.page, f"{step}, refusé"


def case_states(agent: Person, referent: Person, expert: Person) -> States:
    agent.drafts_until_check(last_name="Pélissier", subject=f"{SUBJECT} Pélissier")
    yield agent.page, "vérification"
    press(agent.page, "Envoyer ma demande")
    agent.sees_status("Nouvelle")
    case = agent.page.url
    yield agent.page, "demande envoyée"
    yield from _open_panels(agent, case, ["Compléter le dossier", "Inviter un collègue", "Retirer la demande"])
    agent.writes("Un premier message.")
    agent.page.goto(case)
    follow(agent.page.get_by_role("link", name="Corriger ou retirer"))
    yield agent.page, "corriger un message"
    yield from _as_referent(referent, case)
    agent.page.goto(case)
    yield agent.page, "demande répondue"
    yield from _open_panels(agent, case, ["Inviter un expert"])
    agent.opens_panel("Inviter un expert")
    agent.page.get_by_role("textbox", name="Qu’est-ce qui bloque dans le dialogue ?").fill("Plus de réponse.")
    press(agent.page, "Inviter l’équipe de la plateforme")
    agent.reads_part_of_line("Équipe de la plateforme invitée")
    expert.page.goto(case)
    yield expert.page, "demande (expert)"
    expert.page.get_by_role("textbox", name="Votre message").fill("Une piste.")
    yield from _closing(agent, case)
    expert.page.locator("[data-ended]").wait_for()
    yield expert.page, "droit de lire fini pendant la frappe (expert)"
    expert.page.goto(case)
    yield expert.page, "demande qui n’est plus à lire (expert)"


def suspended_states(agent: Person, referent: Person, telephone: Page) -> States:
    """The citizen agrees by SMS, then sends STOP once a referent has read the case; the agent renews the mandate."""
    page, number = agent.page, "06 39 98 00 03"
    page.goto("/demandes")
    agent.drafts_until_mandate(last_name="Pélissier", subject=f"{SUBJECT} Suspendue")
    page.get_by_role("radio", name="Par SMS").check()
    page.get_by_role("textbox", name="Numéro de mobile de l’usager").fill(number)
    press(page, "Envoyer le SMS")
    reply_by_sms(telephone, number, "OUI")
    page.get_by_text("accord reçu", exact=True).wait_for()
    yield page, "mandat par SMS, accord reçu"
    agent.press_continue()
    agent.sees_check_page()
    press(page, "Envoyer ma demande")
    agent.sees_status("Nouvelle")
    case = page.url
    reply_by_sms(telephone, number, "STOP")
    referent.page.goto(case)
    yield referent.page, "demande suspendue (référent)"
    yield from _open_panels(agent, case, ["Enregistrer un nouveau mandat"])
    page.goto("/demandes")
    yield page, "/demandes (une demande suspendue)"


def _open_panels(person: Person, case: str, gestures: list[str]) -> States:
    """Each panel as it opens, and as it is shown again when it was sent empty."""
    for gesture in gestures:
        person.page.goto(case)
        person.opens_panel(gesture)
        yield person.page, f"{gesture} ({person.address})"
        if gesture == "Retirer la demande":
            continue
        person.page.locator("#geste form[method=post] .button-primary").click()
        person.page.locator("#geste .error").first.wait_for()
        yield person.page, f"{gesture}, refusé ({person.address})"
    person.page.goto(case)


def _as_referent(referent: Person, case: str) -> States:
    page = referent.page
    page.goto(case)
    yield page, "demande (référent)"
    press(page, "Envoyer le message")
    page.locator("#reponse .error").wait_for()
    yield page, "message vide (référent)"
    page.goto(case)
    press(page, "Non pertinente")
    page.locator("#titre-question").wait_for()
    yield page, "« Non pertinente », la question et ce qui manque (référent)"
    press(page, "Revenir au message")
    press(page, "C’est traité")
    page.locator("#titre-question").wait_for()
    yield page, "« C’est traité », la question (référent)"
    page.goto(case)
    page.get_by_role("checkbox", name="Entre référents seulement").check()
    yield page, "message entre référents (référent)"
    referent.writes_internal_note("Je regarde, entre nous.")
    referent.writes("Je regarde le dossier.")
    yield page, "demande répondue (référent)"
    yield from _open_panels(
        referent, case, ["Transférer", "Inviter un organisme", "Compléter le dossier", "Inviter un expert"]
    )


def _closing(agent: Person, case: str) -> States:
    page = agent.page
    page.goto(case)
    press(page, "Clore la demande")
    page.get_by_role("button", name="Confirmer la clôture").wait_for()
    yield page, "clore"
    press(page, "Confirmer la clôture")
    page.locator("#cloture .error").wait_for()
    yield page, "clore, refusé"
    page.get_by_role("radio", name="Le blocage est résolu", exact=True).check()
    press(page, "Confirmer la clôture")
    agent.sees_it_closed()
    yield page, "demande close, sondage"
    press(page, "Répondre au sondage")
    page.locator("#cloture .error").first.wait_for()
    yield page, "sondage refusé"
    page.goto("/demandes?vue=cloturees")
    yield page, "la liste des closes"
    page.goto("/demandes?vue=cloturees&q=introuvable")
    yield page, "la liste, rien de trouvé"
