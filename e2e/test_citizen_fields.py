"""Fields about the citizen: any number of them, warnings that block nothing, a number added later."""

from collections.abc import Callable

from playwright.sync_api import expect

from e2e.people import Person

Sit = Callable[..., Person]


def test_fields_are_added_doubted_and_completed_later(log_in_again: Sit, with_scripts: bool) -> None:
    agent, referent = (
        log_in_again("agent.lot", javascript=with_scripts),
        log_in_again("referent.caf.lot", javascript=with_scripts),
    )
    agent.drafts_until_check(last_name="Champs", subject="Des champs")
    page = agent.page
    page.get_by_role("link", name="Modifier : Date de naissance").click()
    expect(page.get_by_text("Demandé par : CAF.")).to_be_visible()
    for label, value in (("Nom de naissance", "Arnal"), ("Numéro fiscal", "12")):
        page.get_by_role("combobox", name="Autres").select_option(label)
        page.get_by_role("button", name="Ajouter ce champ").click()
        page.get_by_role("textbox", name=label).fill(value)
    page.get_by_role("textbox", name="Numéro d’allocataire CAF").fill("A123")
    agent.press_continue()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vérifiez vos réponses")
    expect(page.get_by_text("7 chiffres, suivis parfois d’une lettre")).to_be_visible()
    page.get_by_role("button", name="Envoyer ma demande").click()
    agent.sees_status("Nouvelle")

    referent.page.goto(page.url)
    expect(referent.page.get_by_text("Arnal", exact=True)).to_be_visible()
    referent.opens_panel("Compléter le dossier")
    referent.page.get_by_role("combobox", name="Champ à compléter").select_option("Numéro d’allocataire CAF")
    referent.page.get_by_role("textbox", name="Ce qui a été trouvé").fill("7654321B")
    referent.page.get_by_role("button", name="Enregistrer", exact=True).click()
    referent.reads("Numéro d’allocataire CAF : 7654321B (auparavant : A123)")

    if not with_scripts:
        page.goto(page.url)
    agent.reads("Numéro d’allocataire CAF : 7654321B (auparavant : A123)")
    expect(page.get_by_text("7654321B", exact=True)).to_be_visible()
