"""Two controls of one form never contradict each other silently: the safer one wins, and the page says so.

Each refusal below keeps the typed text and sends nothing. A new form with a choice beside another control fails
`test_every_form_with_a_choice_beside_something_else_is_reviewed` until its line says how they agree.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.draft.draft import CitizenDetail, load_editable_draft
from app.domain.cases.mandate.mandate import MandateKind
from app.routes.cases.test_journey import fill_to_check, to_organisations
from app.settings import ROOT
from app.tests.pages.reviewed_forms import REVIEWED
from app.tests.support.attachments_fixtures import PDF
from app.tests.support.browser import Browser, Page
from db.tables.attachments import Attachment
from db.tables.cases import Case
from db.tables.email import Email
from db.tables.mandates import Mandate
from db.tables.members import Membership
from db.tables.participants import Recipient
from db.tables.sms import Sms
from db.tables.thread import Message

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]
INTERNAL = {"lecteurs": "referents"}
REFERENTS = ["Lu par : les référents de CAF du Lot et MSA du Lot, et d’une équipe qui viendrait ensuite"]
HANDLED, NOTE = "Confirmer « C’est traité »", ("note.pdf", PDF)


def test_every_form_with_a_choice_beside_something_else_is_reviewed() -> None:
    components = ROOT / "app/components"
    pages = {path.relative_to(components).as_posix(): path.read_text() for path in components.rglob("*.html")}
    found = {name for name, text in pages.items() if _sends(name, text) and _choices(text) and len(_names(text)) > 1}

    assert found == set(REVIEWED), "say in REVIEWED how the controls of a new form agree, or remove a form that is gone"


def _sends(name: str, text: str) -> bool:
    """Whether the template holds a posted form, or fields of one."""
    posted = 'method="post"' in text or "gesture_form(" in text or "/fields/" in name or name.startswith(_PARTS)
    return posted and not name.startswith("gallery/")


_PARTS = ("wizard/", "cases/_reply", "members/_shares", "teams/_card", "profile/_")
_CHOICE = re.compile(
    r"""(?:checkbox|radios|select)\("([^"]+)"|choices\("(?:checkbox|radio)",\ "([^"]+)"
    |<select[^>]*\ name="([^"]+)"|type="(?:checkbox|radio)"[^>]*\ name="([^"]+)"|button\([^)]*\bname="([^"]+)"
    |<button[^>]*\ name="([^"]+)\"""",
    re.VERBOSE,
)
_TYPED = re.compile(r"""(?:field|textarea)\("?([a-z-]+)"?,|<(?:input|textarea)[^>]*\ name="([^"{]+)""")


def _choices(text: str) -> set[str]:
    """The names of boxes, choices and buttons."""
    return {next(name for name in names if name) for names in _CHOICE.findall(text)}


def _names(text: str) -> set[str]:
    return _choices(text) | {next(name for name in names if name) for names in _TYPED.findall(text)}


@pytest.mark.parametrize("answer", ["C’est traité", "Non pertinente"])
@pytest.mark.parametrize("typed", ["La mère a déjà appelé.", ""])
async def test_an_answer_to_the_agent_never_carries_an_internal_note(
    cast: Cast, case_id: UUID, sign_in: SignIn, answer: str, typed: str
) -> None:
    referent, agent = await sign_in(cast.referent_caf_lot), await sign_in(cast.agent_lot)
    page = await referent.get(f"/demandes/{case_id}")
    letters = await Email.count()

    page = await referent.press_with([NOTE], page, answer, message=typed, **INTERNAL)

    assert page.status == 422 and "Rien n’est parti" in page.text and page.list_ticked("lecteurs") == REFERENTS
    assert page.control("Votre message").get_text().strip() == typed
    assert "note.pdf" in page.form("Envoyer le message").get_text(), "the file waits in the form"
    assert await Message.count().where(Message.case == case_id) == 0 and await Email.count() == letters
    assert not await Attachment.exists().where(Attachment.case == case_id, Attachment.posted_at.is_not_null())
    assert not await Recipient.exists().where(Recipient.case == case_id, Recipient.irrelevant_at.is_not_null())
    seen = await agent.get(f"/demandes/{case_id}")
    assert seen.shows_status("Consultée") and "note.pdf" not in seen.text and not (typed and typed in seen.text)


async def test_what_was_refused_leaves_as_an_internal_note_or_as_an_answer(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    referent, agent = await sign_in(cast.referent_caf_lot), await sign_in(cast.agent_lot)
    page = await referent.get(f"/demandes/{case_id}")
    page = await referent.press_with([NOTE], page, "C’est traité", message="Entre nous.", **INTERNAL)

    page = await referent.press(page, "Envoyer aux référents")
    assert "envoyé aux référents seulement" in page.text and "note.pdf" in page.text
    seen = await agent.get(f"/demandes/{case_id}")
    assert "Entre nous." not in seen.text and "note.pdf" not in seen.text

    page = await referent.press(page, "C’est traité", message="Versé ce matin.")
    await referent.press(page, HANDLED)
    assert "Versé ce matin." in (await agent.get(f"/demandes/{case_id}")).text


@pytest.mark.parametrize("tick", [{}, INTERNAL])
async def test_the_button_for_referents_is_internal_without_the_box(
    cast: Cast, case_id: UUID, sign_in: SignIn, tick: dict[str, str]
) -> None:
    """A browser without styles shows both buttons: the safer one wins."""
    referent, agent = await sign_in(cast.referent_caf_lot), await sign_in(cast.agent_lot)
    page = await referent.get(f"/demandes/{case_id}")

    page = await referent.press(page, "Envoyer aux référents", message="Entre nous.", **tick)

    assert "Entre nous." in page.text
    assert "Entre nous." not in (await agent.get(f"/demandes/{case_id}")).text


async def test_an_internal_note_is_never_answered_with_the_catalogue_s_procedure(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    """« Non pertinente » with no text proposes words for the agent: none is proposed while the box is ticked."""
    referent = await sign_in(cast.referent_caf_lot)

    page = await referent.press(await referent.get(f"/demandes/{case_id}"), "Non pertinente", **INTERNAL)

    assert page.status == 422 and page.control("Votre message").get_text().strip() == ""


async def test_a_file_joined_between_referents_never_leaves_with_an_answer(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    """Without a typed word, the page is left and opened again: the box is still ticked, and the file says so."""
    referent, agent = await sign_in(cast.referent_caf_lot), await sign_in(cast.agent_lot)
    page = await referent.get(f"/demandes/{case_id}")
    page = await referent.press_with([NOTE], page, "Joindre et choisir d’autres fichiers", **INTERNAL)
    page = await referent.get(f"/demandes/{case_id}")
    assert page.list_ticked("lecteurs") == REFERENTS and "reçu, entre référents" in page.text

    page = await referent.press(page, "C’est traité", message="Versé.", **{"lecteurs": "tous"})
    page = await referent.press(page, HANDLED)

    assert page.status == 422 and "Une pièce jointe a été choisie entre référents" in page.text
    assert page.control("Votre message").get_text().strip() == "Versé."
    assert "note.pdf" not in (await agent.get(f"/demandes/{case_id}")).text
    page = await referent.press(page, "Envoyer aux référents")
    assert "note.pdf" in page.text and "note.pdf" not in (await agent.get(f"/demandes/{case_id}")).text


async def _joins_the_agents(cast: Cast) -> None:
    """Julien, of the CAF, becomes a member of the author’s team: he acts for the agents on its cases."""
    await Membership.insert(Membership(person=cast.referent_caf_lot.id, team=cast.agent_lot.seats[0].team_id))


@pytest.mark.parametrize("button", ["Envoyer aux référents", "C’est traité", "Joindre et choisir d’autres fichiers"])
async def test_words_for_referents_never_come_back_in_a_form_for_the_agent(
    cast: Cast, case_id: UUID, sign_in: SignIn, button: str
) -> None:
    """The page was open when its referent joined the author’s team, and so lost the right to read internal notes."""
    referent, agent = await sign_in(cast.referent_caf_lot), await sign_in(cast.agent_lot)
    page = await referent.get(f"/demandes/{case_id}")
    await _joins_the_agents(cast)

    page = await referent.press_with([NOTE], page, button, message="Secret entre nous", **INTERNAL)

    assert page.status == 403 and "du côté de l’agent" in page.text
    assert "Secret entre nous" in page.text and page.control("Votre message").get_text().strip() == ""
    assert await Message.count().where(Message.case == case_id) == 0
    page = await referent.press(page, "Envoyer le message", message="Bonjour.")
    assert page.status == 422 and "choisie entre référents" in page.text, "the file of the note still waits"
    seen = await agent.get(f"/demandes/{case_id}")
    assert "Secret" not in seen.text and "note.pdf" not in seen.text


@pytest.mark.parametrize("tick", [{}, INTERNAL])
async def test_the_question_never_sends_a_note_to_the_agent(
    cast: Cast, case_id: UUID, sign_in: SignIn, tick: dict[str, str]
) -> None:
    """The box is ticked while the question shows: confirming is refused, the internal note’s own button sends it."""
    referent, agent = await sign_in(cast.referent_caf_lot), await sign_in(cast.agent_lot)
    page = await referent.press(await referent.get(f"/demandes/{case_id}"), "C’est traité", message="Entre nous.")

    refused = await referent.press(page, HANDLED, **INTERNAL)
    assert refused.status == 422 and "Rien n’est parti" in refused.text and refused.list_ticked("lecteurs") == REFERENTS
    sent = await referent.press(page, "Envoyer aux référents", **tick)

    assert "Entre nous." in sent.text and not sent.has_button(HANDLED)
    seen = await agent.get(f"/demandes/{case_id}")
    assert "Entre nous." not in seen.text and seen.shows_status("Consultée")


async def test_one_form_never_says_that_a_second_answer_left(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    """The answer to the internal note was lost: the same form is sent again by another button."""
    referent = await sign_in(cast.referent_caf_lot)
    page = await referent.get(f"/demandes/{case_id}")
    await referent.press(page, "Envoyer aux référents", message="Versé.", **INTERNAL)

    page = await referent.press(page, "C’est traité", message="Versé.")

    assert "Celui-ci n’est pas parti" in page.text and "est envoyé" not in page.text
    assert page.control("Votre message").get_text().strip() == "Versé."
    page = await referent.press(page, "C’est traité")
    await referent.press(page, HANDLED)
    agent = await (await sign_in(cast.agent_lot)).get(f"/demandes/{case_id}")
    assert "C’est traité" in agent.text and await Message.count().where(Message.case == case_id) == 2


async def test_a_form_sent_again_says_who_will_read(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    referent = await sign_in(cast.referent_caf_lot)
    page = await referent.get(f"/demandes/{case_id}")

    page = await referent.press(page, "Envoyer aux référents", message="Entre nous.", jeton="ancien")

    assert page.status == 403 and "Ce message partira aux référents seulement" in page.text


async def test_the_agent_s_form_has_no_internal_mode(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    page = await (await sign_in(cast.agent_lot)).get(f"/demandes/{case_id}")
    assert not page.has_button("Envoyer aux référents") and "référents seulement" not in page.text


@pytest.fixture
async def agent(cast: Cast, sign_in: SignIn) -> Browser:
    return await sign_in(cast.agent_lot)


def find_draft_path(page: Page) -> UUID:
    return UUID(page.path.split("/")[2])


async def test_another_territory_chosen_and_not_pressed_contacts_no_team(cast: Cast, agent: Browser) -> None:
    page = await agent.press(await to_organisations(agent), "Changer de territoire")
    before = (await load_editable_draft(cast.agent_lot, find_draft_path(page))).organisations

    page = await agent.press(page, "Continuer", territoire="18")

    assert page.status == 422 and "Vous avez choisi un autre territoire" in page.text
    chosen = page.control("Territoire").find("option", selected=True)
    assert chosen is not None and chosen["value"] == "18", "what was chosen is still chosen"
    draft = await load_editable_draft(cast.agent_lot, find_draft_path(page))
    assert draft.area == "46" and draft.organisations == before
    page = await agent.press(page, "Changer de territoire")
    assert (await load_editable_draft(cast.agent_lot, find_draft_path(page))).area == "18"


async def test_a_team_is_invited_from_the_territory_that_is_chosen(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    """The reason stays in the form while the person looks at another area’s teams."""
    referent, motif = await sign_in(cast.referent_caf_lot), "Elle y vivait jusqu’en août."
    page = await referent.get(f"/demandes/{case_id}/organisme")
    lot = page.control("Équipe à inviter").find_all("option")[-1]["value"]

    page = await referent.press(page, "Inviter cette équipe", territoire="18", equipe=lot, motif=motif)

    assert page.status == 422 and "Vous avez choisi un autre territoire" in page.text
    assert page.control("Ce que vous attendez d’elle").get_text().strip() == motif
    assert await Recipient.count().where(Recipient.case == case_id) == 2
    for area, teams in (("46", "CPAM du Lot"), ("18", "CAF du Cher")):
        page = await referent.press(page, "Voir ses équipes", territoire=area)
        assert page.status == 200 and page.control("Ce que vous attendez d’elle").get_text().strip() == motif
        assert teams in page.control("Équipe à inviter").get_text()
    chosen = next(one for one in page.control("Équipe à inviter").find_all("option") if one.get_text() == "CAF du Cher")
    page = await referent.press(page, "Inviter cette équipe", equipe=str(chosen["value"]))
    assert "Équipe invitée : CAF du Cher" in page.text and motif in page.text


async def test_a_territory_without_a_team_says_that_nothing_has_left(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    """The error links to a place of the page, and promises no team to choose."""
    referent = await sign_in(cast.referent_caf_lot)
    page = await referent.get(f"/demandes/{case_id}/organisme")

    page = await referent.press(page, "Inviter cette équipe", territoire="01", motif="Elle y vit.")

    said = page.soup.select_one("#equipe")
    assert page.status == 422 and said and said.has_attr("autofocus")
    assert "rien n’est parti" in said.get_text() and "Aucune autre équipe n’est joignable" in said.get_text()
    assert "Choisissez parmi" not in page.text
    assert page.control("Ce que vous attendez d’elle").get_text().strip() == "Elle y vit."


async def test_a_filter_keeps_the_territory_that_waits_for_its_button(agent: Browser) -> None:
    page = await agent.press(await to_organisations(agent), "Changer de territoire")

    page = await agent.press(page, "Filtrer", territoire="18", cherche="caf")

    assert "Vous avez choisi un autre territoire" in page.text
    assert page.control("Nom ou sigle")["value"] == "caf"


async def test_a_number_and_non_connu_are_two_answers(cast: Cast, agent: Browser) -> None:
    page = await agent.press(await to_organisations(agent), "Continuer")
    identity = {"prenom": "Jeanne", "nom": "Pélissier", "naissance": "1957", "inconnu-demande-2": "oui"}

    page = await agent.press(page, "Continuer", **identity, **{"demande-1": "1234567A", "inconnu-demande-1": "oui"})

    assert page.status == 422 and "il est saisi, et « non connu » est coché" in page.text
    assert page.control("Numéro d’allocataire CAF")["value"] == "1234567A" and page.list_ticked("inconnu-demande-1")
    again = await agent.get(page.path)
    assert again.control("Numéro d’allocataire CAF")["value"] == "1234567A" and again.list_ticked("inconnu-demande-1")
    page = await agent.press(again, "Continuer", **{"inconnu-demande-1": None})
    assert page.h1 == "Quel est le blocage ?"
    assert (
        CitizenDetail("Numéro d’allocataire CAF", "1234567A")
        in (await load_editable_draft(cast.agent_lot, find_draft_path(page))).details
    )


async def test_a_chosen_field_is_added_or_refused(cast: Cast, agent: Browser) -> None:
    page = await agent.press(await to_organisations(agent), "Continuer")
    identity = {"prenom": "Jeanne", "nom": "Pélissier", "naissance": "1957", "demande-1": "1", "demande-2": "2"}

    page = await agent.press(page, "Continuer", **identity, autres="Numéro fiscal")

    assert page.status == 422 and "« Numéro fiscal » n’est pas encore ajouté" in page.text
    chosen = page.control("Autres").find("option", selected=True)
    assert chosen is not None and chosen.get_text() == "Numéro fiscal"
    page = await agent.press(page, "Ajouter ce champ")
    assert page.control("Numéro fiscal") is not None
    page = await agent.press(page, "Continuer")
    assert page.h1 == "Quel est le blocage ?"


async def test_two_answers_are_never_sent(cast: Cast, agent: Browser) -> None:
    """Typed in an old page, or in another tab: the check page names the step, and sending refuses."""
    check = await fill_to_check(agent, await to_organisations(agent))
    step = await agent.get(check.path.replace("verification", "usager"))
    await agent.press(step, "Continuer", **{"demande-1": "1234567A", "inconnu-demande-1": "oui"})

    page = await agent.get(check.path)
    assert "Il manque encore des réponses" in page.text and "1234567A" in page.text
    page = await agent.press(page, "Envoyer ma demande")
    assert page.status == 422 and not await Recipient.exists().where(Recipient.case == find_draft_path(check))


async def test_a_reason_for_urgency_wants_its_box(cast: Cast, agent: Browser) -> None:
    check = await fill_to_check(agent, await to_organisations(agent))
    step = await agent.get(check.path.replace("verification", "blocage"))
    reason = "Coupure d’électricité lundi"

    page = await agent.press(step, "Continuer", raison=reason, urgente=None)

    assert page.status == 422 and "cochez « Urgente »" in page.text
    assert page.control("Pourquoi est-ce urgent")["value"] == reason
    shown = await agent.get(check.path)
    assert reason in shown.text and "Il manque encore des réponses" in shown.text
    page = await agent.press(page, "Continuer", urgente="oui")
    assert (await load_editable_draft(cast.agent_lot, find_draft_path(check))).urgent


async def test_a_text_leaves_for_the_mandate_by_text_alone(
    cast: Cast, draft_id: UUID, agent: Browser, clock: Clock
) -> None:
    await Mandate.delete().where(Mandate.case == draft_id)
    page = await agent.get(f"/brouillons/{draft_id}/mandat")
    typed = {"mandat": "paper", "telephone": "06 39 98 12 34"}

    page = await agent.press(page, "Envoyer le SMS", **typed)

    assert "Le SMS n’est pas parti" in page.text and await Sms.count() == 0
    assert page.control("Numéro de mobile")["value"] == typed["telephone"]
    page = await agent.press(page, "Envoyer le SMS", mandat=MandateKind.SMS.value)
    assert await Sms.count() == 1


async def test_what_deletes_stands_in_a_form_of_its_own(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    """`check_page` checks it for every page of every test: words typed beside the button are not in its form."""
    referent = await sign_in(cast.referent_caf_lot)
    page = await referent.press(await referent.get(f"/demandes/{case_id}"), "Envoyer le message", message="Bonjour")
    page = await referent.get(page.link("Corriger ou retirer"))

    page = await referent.press(page, "Retirer ce message")

    assert "Votre message est retiré" in page.text
    assert not await Case.exists().where(Case.id == case_id, Case.search_text.like("%bonjour%"))
