"""A text of any length is accepted as input: the answer says how many characters are too many, and returns the text."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from bs4 import Tag
from litestar._parsers import parse_url_encoded_form_data

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.draft.draft import list_drafts, load_editable_draft
from app.domain.cases.mandate.request_by_sms import build_sms_body
from app.domain.errors import Invalid
from app.routes.forms import MAX_FIELDS, MAX_FORM_BYTES
from app.tests.support.browser import BASE, Browser, Page
from db.tables.cases import Case
from db.tables.drafts import MessageDraft
from db.tables.thread import Message

SignIn = Callable[[Actor], Awaitable[Browser]]
PASTED = ("L’usager a déjà écrit deux fois. " * 1700)[:53_299] + "."
TOO_LONG_MESSAGE = "53\u202f300 caractères, c’est "
TYPED = {"text", "tel", "email", "search", "password"}
DATES = {"signature", "appel"}
"""Of these the page says that the value is no date."""
KIND = {"telephone": "sms", "appel": "phone", "motif": "phone"}
"""The kind of mandate of each field of that step."""
FORMS = {
    "agent_lot": [
        "/demandes/{case}",
        *("/demandes/{case}/complement", "/demandes/{case}/identite"),
        "/demandes/{case}/expert",
        "/demandes/{case}/organisme",
        "/brouillons/{draft}/organismes",
        "/brouillons/{draft}/usager",
        "/brouillons/{draft}/blocage",
        "/brouillons/{draft}/mandat",
        "/profil",
        "/profil/mot-de-passe",
        "/profil/double-authentification",
    ],
    "referent_caf_lot": ["/demandes/{case}", "/demandes/{case}/transfert"],
    "manager_caf_lot": ["/equipes/{team}/modification", "/equipes/{team}/membres", "/equipe/phrases"],
    "admin": [
        "/administration/bandeau",
        "/administration/territoires/46",
        "/administration/catalogue/categories/ajout",
        "/administration/catalogue/sujets/ajout",
        "/administration/catalogue/organismes/ajout",
        "/administration/catalogue/champs/ajout",
        "/equipes/nouvelle",
    ],
    "anonymous": ["/login", "/login/mot-de-passe", "/inscription", "/login/mot-de-passe/oubli"],
}


def typed_fields(page: Page, form: Tag) -> list[Tag]:
    return [
        one
        for one in page.controls(form)
        if one.name == "textarea" or (one.name == "input" and one.get("type", "text") in TYPED)
    ]


def find_submit_button(page: Page, form: Tag) -> str:
    """The button that sends the form: a button with a name of its own does something else."""
    buttons = [one for one in page.controls(form) if one.name == "button" and one.get_text().strip()]
    return " ".join(next(one for one in buttons if not one.get("name")).get_text(" ").split())


def find_field_value(page: Page, name: str) -> str:
    """The value of the field; where several forms have it, of the one that is refused."""
    field = page.soup.select_one(f'[name="{name}"][aria-invalid]') or page.soup.select_one(f'[name="{name}"]')
    assert isinstance(field, Tag)
    return field.get_text() if field.name == "textarea" else str(field["value"])


@pytest.mark.parametrize("role", FORMS)
async def test_every_form_says_how_much_is_too_much_and_gives_the_words_back(
    role: str,
    cast: Cast,
    case_id: UUID,
    new_draft: Callable[..., Awaitable[UUID]],
    sign_in: SignIn,
    anonymous_browser: Browser,
) -> None:
    draft = await new_draft("CAF")
    browser = anonymous_browser if role == "anonymous" else await sign_in(getattr(cast, role))
    team = "" if role == "anonymous" else next((seat.team_id for seat in getattr(cast, role).seats), "")
    tried = 0
    for path in FORMS[role]:
        page = await browser.get(path.format(case=case_id, draft=draft, team=team))
        assert page.status == 200, (path, page.status)
        for form in page.soup.find_all("form", method="post"):
            for field in typed_fields(page, form):
                button = find_submit_button(page, form)
                kind = KIND.get(str(field["name"])) if path.endswith("/mandat") else None
                button = "Envoyer le SMS" if kind == "sms" else button
                chosen = {"mandat": kind} if kind else {}
                answer = await browser.press(page, button, **{str(field["name"]): PASTED}, **chosen)
                where = f"{path} {field['name']}: {answer.status}"
                said = TOO_LONG_MESSAGE in answer.response.text or field["name"] in DATES
                assert answer.status == (200 if kind == "sms" else 422) and said, where
                if field.get("type") != "password" and not str(field["name"]).startswith("code"):
                    assert find_field_value(answer, str(field["name"])).strip() == PASTED, where
                tried += 1
    assert tried


async def test_a_draft_keeps_texts_too_long_to_be_sent_and_says_so_wherever_it_is_opened(
    cast: Cast, draft_id: UUID, sign_in: SignIn
) -> None:
    agent, path = await sign_in(cast.agent_lot), f"/brouillons/{draft_id}"
    page = await agent.get(f"{path}/blocage")
    token = page.control("Sujet").find_parent("form").find("input", {"name": "jeton"})["value"]  # type: ignore[union-attr,index]
    typed = {
        "blocage": {"objet": PASTED, "description": PASTED, "raison": PASTED, "urgente": "oui"},
        "usager": {"prenom": PASTED, "nom": PASTED, "naissance": PASTED, "demande-1": PASTED},
        "mandat": {"mandat": "phone", "motif": PASTED},
    }
    typed["usager"]["libelle-demande-1"] = "Numéro d’allocataire CAF"
    for step, fields in typed.items():
        kept = await agent.http.post(
            f"{path}/{step}", data={"jeton": token, "enregistrer": "1", **fields}, headers={"origin": BASE}
        )
        assert kept.status_code == 204, step
    page = await agent.get(f"{path}/mandat")
    assert find_field_value(page, "motif") == PASTED, "a kind of mandate that is not continued with keeps its words too"
    assert (await agent.press(page, "Continuer")).status == 422

    draft = await load_editable_draft(cast.agent_lot, draft_id)
    assert {draft.subject, draft.description, draft.urgency_reason} == {PASTED}
    assert {draft.first_name, draft.last_name, draft.birth} == {PASTED}
    assert [detail.value for detail in draft.details if detail.value] == [PASTED]
    assert draft.mandate and draft.mandate.reason == PASTED
    for step, said in (("blocage", 3), ("usager", 4), ("mandat", 1)):
        page = await agent.get(f"{path}/{step}")
        assert page.status == 200 and page.response.text.count(TOO_LONG_MESSAGE) == 2 * said, (
            "once first on the page, once at its field"
        )
    refusal = f"{TOO_LONG_MESSAGE}48\u202f300 de trop : gardez l’essentiel, ou joignez un fichier."
    assert refusal in (await agent.get(f"{path}/blocage")).response.text
    check = await agent.get(f"{path}/verification")
    assert (
        check.status == 200
        and "Il manque encore des réponses" in check.text
        and TOO_LONG_MESSAGE in check.response.text
    )
    assert (await agent.press(check, "Envoyer ma demande")).status == 422
    assert not await Case.exists().where(Case.id == draft_id, Case.status != "draft")
    listed = await agent.get("/demandes?vue=brouillons")
    assert PASTED not in listed.text and PASTED[:150] in listed.text
    assert [len(one.title) for one in await list_drafts(cast.agent_lot)] == [200]
    with pytest.raises(Invalid, match="raccourcissez"):
        await build_sms_body(cast.agent_lot, draft, "Administration+")
    document = await agent.http.get(f"{path}/mandat.pdf")
    assert document.status_code == 200 and document.content.startswith(b"%PDF")


async def test_what_is_typed_on_a_case_is_kept_past_the_limit_of_a_message(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    agent = await sign_in(cast.agent_lot)
    page = await agent.get(f"/demandes/{case_id}")
    token = page.form("Envoyer le message").find("input", {"name": "jeton"})["value"]  # type: ignore[index]
    kept = await agent.http.post(
        f"/demandes/{case_id}/message-en-cours", data={"jeton": token, "message": PASTED}, headers={"origin": BASE}
    )
    assert kept.status_code == 204
    assert [row["body"] for row in await MessageDraft.select(MessageDraft.body)] == [PASTED]
    page = await agent.get(f"/demandes/{case_id}")
    assert page.control("Votre message").get_text().strip() == PASTED

    page = await agent.press(page, "Envoyer le message")

    refusal = f"{TOO_LONG_MESSAGE}48\u202f300 de trop : gardez l’essentiel, ou joignez un fichier."
    assert page.status == 422 and refusal in page.response.text
    assert page.control("Votre message").get_text().strip() == PASTED and await Message.count() == 0
    assert await MessageDraft.count() == 1, "and kept still"


async def test_what_is_heavier_than_any_form_loses_no_word_either(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    """A form with files is read by chunks and its text returned. Any other is not read: its page still has the text."""
    agent, heavy = await sign_in(cast.agent_lot), "x" * (MAX_FORM_BYTES + 1)
    page = await agent.get(f"/demandes/{case_id}")
    refused = await agent.press(page, "Envoyer le message", message=heavy)
    assert refused.status == 422 and refused.control("Votre message").get_text().strip() == heavy

    profile = await agent.get("/profil")
    refused = await agent.press(profile, "Enregistrer mon profil", signature=heavy)
    assert refused.status == 413 and "Revenez à la page précédente : vos mots y sont encore" in refused.text
    partial = {"origin": BASE, "hx-request-type": "partial"}
    beside = await agent.http.post(f"/demandes/{case_id}/expert", data={"motif": heavy}, headers=partial)
    assert beside.status_code == 413 and "Vos mots sont toujours ici" in beside.text and "<html" not in beside.text
    assert await Message.count() == 0


@pytest.mark.parametrize("path", ["/demandes", "/equipes", "/personnes"])
async def test_a_search_is_never_cut_to_look_for_something_else(path: str, cast: Cast, sign_in: SignIn) -> None:
    admin = await sign_in(cast.supervisor_lot)
    page = await admin.get(path, params={"q": "x" * 101})
    assert page.status == 422 and "101 caractères, c’est 1 de trop" in page.text
    assert (await admin.get(path, params={"q": "x" * 100})).status == 200


async def test_a_form_of_very_many_fields_is_refused(anonymous_browser: Browser) -> None:
    """PLAIN bytes of « & » would take five times as long to read as PLAIN bytes of text."""
    many = await anonymous_browser.http.post("/login", content=b"a=1&" * (MAX_FIELDS + 1), headers=_FORM)
    assert many.status_code == 400


async def test_no_body_stays_in_memory_once_it_is_read(anonymous_browser: Browser) -> None:
    """Litestar’s own form reader keeps the last 1,024 bodies, passwords included."""
    before = parse_url_encoded_form_data.cache_info().currsize
    await anonymous_browser.http.post("/login", content=b"adresse=une-adresse-jamais-lue", headers=_FORM)
    assert parse_url_encoded_form_data.cache_info().currsize == before


_FORM = {"origin": BASE, "content-type": "application/x-www-form-urlencoded"}
