"""/aide has every sentence of both practical sheets: fiche-agent.txt word for word, the referents’ rephrased."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.settings import ROOT
from app.tests.support.browser import Browser, Page

COMPONENTS = ROOT / "app/components"
SignIn = Callable[[Actor], Awaitable[Browser]]
AGENT = (
    "J’entre mon adresse mail professionnelle sur la page de connexion",
    "Je reçois un message : il s’agit de mon lien de connexion personnel et confidentiel à la plateforme (valable 15 "
    "minutes)",
    "quand je clique sur le lien d’une demande depuis ma boîte mail, je dois, si ce n’est pas encore fait, "
    "m’identifier sur la plateforme par mesure de sécurité",
    "avec le mode guidé, je choisis une catégorie et un sujet. Les organismes à contacter sont automatiquement ajoutés",
    "faire signer le mandat, disponible en téléchargement sur la plateforme, avant de soumettre le blocage",
    "Je sélectionne « Nouvelle demande » dans l’onglet de gauche",
    "Je sélectionne le ou les organismes à contacter en fonction du blocage constaté",
    "J’entre un sujet : la thématique du blocage",
    "Je renseigne tous les éléments nécessaires à l’identification de l’usager",
    "les champs sont libres, je peux entrer uniquement une année pour la date de naissance",
    "je peux en ajouter plusieurs à l’aide du menu déroulant « Autres »",
    "certains organismes demandent un champ particulier, comme le numéro d’allocataire pour la CAF",
    "Je décris le blocage constaté en précisant le problème et le caractère urgent de ma demande",
    "« Envoyer ma demande » : elle est transmise automatiquement aux référents opérateurs des organismes sélectionnés",
    "je peux continuer le dialogue avec les référents opérateurs jusqu’à la résolution du blocage",
    "dès que le blocage est résolu, je clos la demande",
    "réponds anonymement au sondage de satisfaction",
    "inviter un expert de l’équipe de la plateforme en cas de problème de dialogue",
    "Nouvelle : la demande a été envoyée aux référents concernés",
    "Consultée : au moins un référent a ouvert ma demande",
    "Répondue : j’ai reçu une réponse à ma demande",
    "Clôturée : la demande a été fermée et sera bientôt supprimée",
    "L’équipe technique :",
    "Ou bien votre contact local",
)
REFERENT = (
    "Nouvelle : nous venons de la recevoir",
    "Consultée : l’un de nous l’a ouverte",
    "Répondue : l’un des référents a répondu",
    "demander des précisions à l’agent, ou répondre en un geste avec une phrase toute prête",
    "dire que ce n’est pas un blocage inextricable, et donner la procédure standard pour cette situation",
    "inviter d’autres organismes dont l’éclairage est nécessaire",
    "transférer la demande à l’organisme compétent : le mien ne la suit plus",
    "échanger avec les autres référents invités : c’est privé, l’agent n’en voit jamais rien",
    "annoncer que le blocage est levé",
    "un rappel",
    "inviter un expert de l’équipe de la plateforme quand le dialogue est bloqué",
)


def read_page_text(page: Page) -> str:
    main = page.soup.find("main")
    assert main
    return re.sub(r" ([,.)])", r"\1", " ".join(main.get_text(" ").split()))


@pytest.mark.parametrize("sentence", AGENT + REFERENT)
async def test_each_sentence_of_the_sheets_is_on_the_page(
    database: str, anonymous_browser: Browser, sentence: str
) -> None:
    assert sentence in read_page_text(await anonymous_browser.get("/aide"))


async def test_the_blank_mandate_is_one_click_away_for_each_signed_in_person(
    cast: Cast, anonymous_browser: Browser, sign_in: SignIn
) -> None:
    page = await (browser := await sign_in(cast.agent_lot)).get("/aide")
    assert (await browser.http.get(page.link("mandat vierge"))).headers["content-type"] == "application/pdf"
    assert not (await anonymous_browser.get("/aide")).soup.find("a", href="/mandat.pdf")


async def test_its_pictures_are_kept_for_ever_and_told_in_words(database: str, anonymous_browser: Browser) -> None:
    pictures = (await anonymous_browser.get("/aide")).soup.select("main img")
    assert len(pictures) == 5

    for picture in pictures:
        assert picture["loading"] == "lazy" and picture.has_attr("width") and picture.has_attr("height")
        assert len(str(picture["alt"])) > 80
        answer = await anonymous_browser.http.get(str(picture["src"]), headers={"accept-encoding": "br"})
        assert answer.headers["content-type"] == "image/webp" and "immutable" in answer.headers["cache-control"]
        assert "content-encoding" not in answer.headers and answer.content[:4] == b"RIFF"


async def test_what_the_page_quotes_is_written_on_the_screens(database: str, anonymous_browser: Browser) -> None:
    """A button whose words change makes this fail."""
    screens = [path for path in COMPONENTS.rglob("*.html") if path.name != "aide.html"]
    written = "".join(path.read_text() for path in [*screens, *(ROOT / "app/text/labels").glob("*.py")])

    for words in re.findall("« ([^»]+) »", read_page_text(await anonymous_browser.get("/aide"))):
        assert words in written, f"/aide quotes « {words} », which no screen says"
