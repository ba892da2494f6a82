"""The states of a case: its page for each side, each panel, its end. See e2e/states.py."""

from collections.abc import Iterator

from playwright.sync_api import Page

from e2e.people import Person, follow, press
from e2e.telephone import reply_by_sms

SUBJECT = "Pour tout le monde"
_OF_AN_AGENT = ("Compléter le dossier", "Corriger l’identité", "Coordonnées", "Inviter un collègue")
_NEVER_EMPTY = {"Corriger l’identité", "Coordonnées", "Retirer la demande"}
States = Iterator[tuple[Page, str]]


def case_states(agent: Person, referent: Person, expert: Person) -> States:
    agent.drafts_until_check(last_name="Pélissier", subject=f"{SUBJECT} Pélissier")
    yield agent.page, "vérification"
    press(agent.page, "Envoyer ma demande")
    agent.sees_status("Nouvelle")
    case = agent.page.url
    yield agent.page, "demande envoyée"
    yield from _open_panels(agent, case, [*_OF_AN_AGENT, "Retirer la demande"])
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
    yield from _reopening(agent, referent, case)
    yield from _stepping_out(agent, referent, case)


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


def continued_states(agent: Person) -> States:
    """A third case of the citizen of the two others: it continues in the first one that is open."""
    page = agent.page
    page.goto("/demandes")
    agent.drafts_until_check(last_name="Pélissier", subject=f"{SUBJECT} En double")
    yield page, "vérification, d’autres demandes de cette personne"
    press(page, "Envoyer ma demande")
    agent.sees_status("Nouvelle")
    case = page.url
    yield page, "demande d’une personne qui en a d’autres"
    page.goto(f"{case}/memes-usager?numero=1111-1111")
    yield page, "autres demandes de cette personne, numéro inconnu"
    page.goto(f"{case}/memes-usager")
    yield page, "autres demandes de cette personne"
    page.get_by_role("link", name="Continuer dans").first.click()
    page.get_by_role("button", name="Continuer dans").wait_for()
    yield page, "continuer dans une autre, la question"
    page.get_by_role("button", name="Continuer dans").click()
    page.get_by_text("La demande continue ici").wait_for()
    yield page, "demande où une autre continue"
    page.goto(case)
    yield page, "demande qui continue dans une autre"
    press(page, "Annuler, et rouvrir comme avant")
    page.get_by_text("La demande est rouverte, avec les réponses").wait_for()
    yield page, "demande qui ne continue plus ailleurs"


def _open_panels(person: Person, case: str, gestures: list[str]) -> States:
    """Each panel as it opens, and as it is shown again when it was sent empty."""
    for gesture in gestures:
        person.page.goto(case)
        person.opens_panel(gesture)
        yield person.page, f"{gesture} ({person.address})"
        if gesture in _NEVER_EMPTY:
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
    page.get_by_role("radio", name="Lu par : les référents").check()
    yield page, "message entre référents (référent)"
    referent.writes_internal_note("Je regarde, entre nous.")
    referent.writes("Je regarde le dossier.")
    yield page, "demande répondue (référent)"
    yield from _open_panels(
        referent,
        case,
        ["Transférer", "Ne plus suivre", "Inviter un organisme", "Compléter le dossier", "Inviter un expert"],
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


def _reopening(agent: Person, referent: Person, case: str) -> States:
    yield from _open_panels(referent, case, ["Demander de rouvrir"])
    yield referent.page, "demande close (référent)"
    referent.opens_panel("Demander de rouvrir")
    referent.page.get_by_role("textbox", name="Pourquoi faudrait-il la rouvrir ?").fill("Le rappel n’est pas parti.")
    press(referent.page, "Envoyer")
    referent.page.get_by_text("Votre mot est envoyé à la personne qui a clos la demande.").wait_for()
    yield referent.page, "réouverture demandée (référent)"
    agent.page.goto(case)
    press(agent.page, "Rouvrir la demande")
    agent.page.get_by_text("La demande est rouverte.", exact=True).wait_for()


def _stepping_out(agent: Person, referent: Person, case: str) -> States:
    """Two organisations in different states: the MSA is asked by name, then the CAF steps out."""
    agent.page.goto(case)
    agent.page.get_by_role("checkbox", name="MSA du Lot").check()
    yield agent.page, "message adressé à un organisme"
    agent.writes("Et de votre côté ?")
    agent.page.get_by_role("checkbox", name="CAF du Lot").check()
    press(agent.page, "Envoyer le message")
    agent.page.locator("#reponse .error").wait_for()
    yield agent.page, "message vide, adressé à un organisme"
    referent.page.goto(case)
    referent.opens_panel("Ne plus suivre")
    referent.page.get_by_role("textbox", name="Pourquoi votre équipe ne la suit plus").fill("Tout est versé chez nous.")
    press(referent.page, "Ne plus suivre")
    referent.page.get_by_text("Votre équipe ne suit plus la demande.").wait_for()
    yield referent.page, "la liste, une demande que son équipe ne suit plus"
    referent.page.goto(case)
    yield referent.page, "demande que son équipe ne suit plus (référent)"
    agent.page.goto(case)
    yield agent.page, "demande qu’un organisme ne suit plus"
