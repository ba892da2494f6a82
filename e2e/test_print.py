"""The whole case on paper: every fact and message, no control, nothing cut at the edge of an A4 page."""

import io
import re
from collections.abc import Callable

import pypdfium2
from playwright.sync_api import Page, expect

from app.tests.support.attachments_fixtures import PDF
from e2e.people import Person

Arrive = Callable[..., Person]
MARGIN = 15 / 25.4 * 72
LONG_WORD = "Référence" + "0123456789" * 12
ANSWER = f"Bonjour,\nle dossier est retrouvé. {LONG_WORD}\n" + "Une ligne d’explication. " * 60 + "Fin de la réponse."
CONTROLS = (
    "Envoyer le message",
    "Votre message",
    "Je m’en occupe",
    "Transférer",
    "Ne plus suivre",
    "Inviter",
    "Adresser ce message à",
    "Demander de rouvrir",
    "Clore la demande",
    "Télécharger",
    "Se déconnecter",
    "Nouvelle demande",
    "Corriger ou retirer",
    "Imprimer",
    "Rouvrir",
    "Sondage",
    "Version de démonstration",
)


def on_paper(page: Page) -> str:
    """The text of every sheet, after a check that each is A4 with nothing outside its margins."""
    document = pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    return " ".join(" ".join(checked_text(sheet) for sheet in document).split())


def checked_text(sheet: pypdfium2.PdfPage) -> str:
    width, height = sheet.get_size()
    assert (round(width), round(height)) == (595, 842)
    text = sheet.get_textpage()
    inked = [index for index in range(text.count_chars()) if text.get_text_range(index, 1).strip()]
    boxes = [text.get_charbox(index) for index in inked]
    assert boxes
    assert all(left >= MARGIN - 2 and right <= width - MARGIN + 2 for left, _, right, _ in boxes)
    assert all(bottom >= MARGIN - 2 and top <= height - MARGIN + 2 for _, bottom, _, top in boxes)
    return str(text.get_text_range())


def worked_on(arrive: Arrive) -> tuple[Person, Person]:
    """An agent and a referent on a case with every sort of content."""
    agent, referent = arrive("agent.lot"), arrive("referent.caf.lot")
    case = agent.send_case(subject="À imprimer")
    page = referent.page
    page.goto(case)
    page.get_by_role("button", name="Je m’en occupe").click()
    expect(page.get_by_text("Prise en charge")).to_be_visible()
    referent.writes_internal_note("Un mot entre nous.")
    page.goto(case)
    page.get_by_role("textbox", name="Votre message").fill(ANSWER)
    page.get_by_label("Pièces jointes").set_input_files(
        {"name": "attestation.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    expect(page.get_by_role("button", name=re.compile("Retirer attestation.pdf"))).to_be_visible()
    page.get_by_role("button", name="Envoyer le message").click()
    agent.page.goto(case)
    agent.sees_status("Répondue")
    return agent, referent


def test_the_whole_case_is_on_paper_and_nothing_that_one_presses(log_in_again: Arrive) -> None:
    agent, referent = worked_on(log_in_again)
    agent.closes("Le blocage est résolu")
    agent.page.reload()

    paper = on_paper(agent.page)
    for said in (
        "À imprimer",
        "Clôturée",
        "Urgente",
        "Jeanne Pélissier",
        "1957",
        "1234567A",
        "Non connu",
        "CAF du Lot",
        "Julien Delmas s’en occupe",
        "MSA du Lot",
        "Social / Famille",
        "Sans ressources",
        "Plus aucun versement depuis trois mois.",
        "Mandat signé sur papier",
        "attesté par Carmen Vidal",
        "Demande envoyée par Carmen Vidal",
        "Demande consultée par Julien Delmas",
        "Fin de la réponse.",
        "attestation.pdf",
        "Demande close par Carmen Vidal",
        "le blocage est résolu. Elle sera effacée le",
        "Imprimé le",
    ):
        assert said in paper, f"« {said} » is not on paper"
    assert LONG_WORD in paper.replace(" ", "") and paper.count("Une ligne d’explication.") == 60
    assert re.search(r"consultée par Julien Delmas \(CAF du Lot\), le \d+ \w+ \d{4} à \d+ h \d\d", paper)
    assert re.search(r"CAF du Lot : répondue le \d+ \w+, Julien Delmas s’en occupe", paper)
    assert "Un mot entre nous." not in paper
    assert not [control for control in CONTROLS if control in paper.replace("Imprimé le", "")]

    referent.page.reload()
    paper = on_paper(referent.page)
    assert "Un mot entre nous." in paper and "Entre référents" in paper
    assert not [control for control in CONTROLS if control in paper.replace("Imprimé le", "")]


def test_print_is_one_click_away(log_in_again: Arrive, with_scripts: bool) -> None:
    agent = log_in_again("agent.lot", javascript=with_scripts)
    agent.send_case(subject="Imprimer")
    if with_scripts:
        agent.page.evaluate("window.print = () => document.body.dataset.printed = 'yes'")
    agent.page.get_by_role("link", name="Imprimer").click()

    if with_scripts:
        expect(agent.page.locator("body[data-printed=yes]")).to_be_attached()
    else:
        expect(agent.page.get_by_role("heading", name="Pour imprimer une demande")).to_be_in_viewport()
