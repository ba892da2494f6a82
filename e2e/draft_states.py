"""The states of a draft: each step of the wizard, empty, refused, then right. See e2e/states.py."""

from e2e.case_states import States
from e2e.people import Person, press


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
