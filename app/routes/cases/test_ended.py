"""The right to read ends while a person types: each channel says what happened, and the text stays."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
from bs4 import BeautifulSoup

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.erasure import erase_closed_cases
from app.domain.cases.lifecycle.invitation import invite_expert
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.cases.test_access_end import leave, team_of
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.domain.files.store import FileStore
from app.domain.reorganisation.team_closure import close_team
from app.tests.support.attachments_fixtures import attach_file
from app.tests.support.browser import BASE, Browser, Page, check_page
from app.tests.support.cases_fixtures import open_and_read_case

SignIn = Callable[[Actor], Awaitable[Browser]]
PARTIAL = {"hx-request": "true", "hx-request-type": "partial"}
SAID = "transférée à CPAM du Lot par Julien Delmas le"
OF_THE_CASE = (
    "Aide en retard",
    "Pélissier",
    "Jeanne",
    "Rien depuis trois mois",
    "Question posée",
    "Compétente",
    "Vidal",
)
WORDS = "Je rappelle l’usager\ndemain matin"


async def leave_it(cast: Cast, case_id: UUID, now: datetime) -> None:
    team = cast.referent_cpam_lot.seats[0].team_id
    await transfer(cast.referent_caf_lot, case_id, team, "Compétente", now + timedelta(hours=1))


def says_nothing_else(text: str) -> None:
    assert not [word for word in OF_THE_CASE if word in text]


@pytest.fixture
async def typing(cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime) -> tuple[Browser, Page]:
    """Julien on the page of a case that a colleague then transfers under his name."""
    await post_message(cast.agent_lot, case_id, "Question posée", key="question", now=now)
    browser = await sign_in(cast.referent_caf_lot)
    page = await browser.get(f"/demandes/{case_id}")
    await leave_it(cast, case_id, now)
    return browser, page


async def test_an_old_link_says_where_it_went_and_nothing_more(
    typing: tuple[Browser, Page], case_id: UUID, cast: Cast, sign_in: SignIn
) -> None:
    browser, _ = typing
    for address in ("", "?fil=entier", "/transfert", "/cloture"):
        page = await browser.get(f"/demandes/{case_id}{address}")
        assert page.status == 410 and page.h1 == "Cette demande ne vous est plus adressée"
        assert "La demande a été transférée à CPAM du Lot le 23 novembre 2026 à 11 h 00" in page.text
        assert "Delmas le" not in page.text and page.link("Mes demandes") == "/demandes"
        says_nothing_else(page.response.text)

    for stranger in (cast.agent_cher, cast.manager_caf_lot, cast.admin):
        other = await sign_in(stranger)
        there, absent = [await other.get(f"/demandes/{one}") for one in (case_id, uuid4())]
        assert there.status == 404 and there.text == absent.text


@pytest.mark.parametrize(
    ("button", "field", "label"),
    [("Envoyer le message", "message", "Votre message"), ("Transférer la demande", "motif", "Motif")],
)
async def test_without_scripts_the_answer_holds_what_was_typed(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime, button: str, field: str, label: str
) -> None:
    browser = await sign_in(cast.referent_caf_lot)
    pages = [await browser.get(f"/demandes/{case_id}{address}") for address in ("", "/transfert")]
    await leave_it(cast, case_id, now)
    page = next(page for page in pages if page.has_button(button))

    answer = await browser.press(page, button, **{field: WORDS})

    assert answer.status == 410 and SAID in answer.text and "Rien n’est parti." in answer.text
    assert answer.soup.find("h3", string=label) and WORDS in answer.soup.get_text()
    says_nothing_else(answer.response.text)


async def leaves(cast: Cast, case_id: UUID, now: datetime) -> None:
    await leave(cast.referent_caf_lot, cast.admin, team_of(cast.referent_caf_lot), now)


async def team_closes(cast: Cast, case_id: UUID, now: datetime) -> None:
    await close_team(cast.admin, team_of(cast.referent_caf_lot), now)


async def closes(cast: Cast, case_id: UUID, now: datetime) -> None:
    await close(cast.agent_lot, case_id, "solved", now)


async def is_erased(cast: Cast, case_id: UUID, now: datetime) -> None:
    await close(cast.agent_lot, case_id, "solved", now)
    await erase_closed_cases(now + timedelta(days=400))


ENDINGS: dict[Callable[..., Awaitable[None]], tuple[str, str, str]] = {
    leaves: ("referent_caf_lot", "plus de l’équipe CAF du Lot depuis le", "par décision de Odile Garnier"),
    team_closes: ("referent_caf_lot", "L’équipe CAF du Lot a été fermée par Odile Garnier le", "ne suit plus"),
    closes: ("expert", "La demande a été close par Carmen Vidal le", "les experts ne la lisent plus"),
    is_erased: ("agent_lot", "La demande a été effacée le", "quelques mois après sa clôture"),
}


@pytest.mark.parametrize("end", ENDINGS)
async def test_each_end_of_the_right_says_who_did_what_and_gives_the_words_back(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime, end: Callable[..., Awaitable[None]]
) -> None:
    """A message sent from the open page; then, in the page, the answer to a script’s save."""
    login, *said = ENDINGS[end]
    await invite_expert(cast.agent_lot, case_id, "Bloqué", now)
    browser = await sign_in(getattr(cast, login))
    page = await browser.get(f"/demandes/{case_id}")
    await end(cast, case_id, now + timedelta(hours=1))

    answer = await browser.press(page, "Envoyer le message", message=WORDS)

    assert answer.status == 410 and WORDS in answer.soup.get_text() and "Rien n’est parti." in answer.text
    assert all(words in answer.text for words in said), answer.text
    form = {"jeton": str(page.form("Envoyer le message").find("input", {"name": "jeton"})["value"]), "message": WORDS}  # type: ignore[index]
    saved = await browser.http.post(
        f"/demandes/{case_id}/message-en-cours", data=form, headers={"origin": BASE, **PARTIAL}
    )
    assert (saved.status_code, saved.headers["hx-reswap"]) == (410, "none")
    assert all(words in " ".join(saved.text.split()) for words in said), saved.text


async def test_a_correction_that_is_too_late_gives_its_words_back(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    browser = await sign_in(cast.referent_caf_lot)
    await browser.press(await browser.get(f"/demandes/{case_id}"), "Envoyer le message", message="Bonjour")
    correction = await browser.get((await browser.get(f"/demandes/{case_id}")).link("Corriger ou retirer"))
    await leave_it(cast, case_id, now)

    answer = await browser.press(correction, "Enregistrer la correction", message=WORDS)

    assert answer.status == 410 and SAID in answer.text and WORDS in answer.soup.get_text()


async def test_in_the_open_page_each_channel_says_it_beside_the_words(
    typing: tuple[Browser, Page], case_id: UUID
) -> None:
    """The stream first, then the poll, the autosave, a form and a link of htmx: no answer replaces a form."""
    browser, page = typing
    hidden = page.form("Envoyer le message").find_all("input", type="hidden")
    token = {str(one["name"]): str(one["value"]) for one in hidden}
    case, form = f"/demandes/{case_id}", {"jeton": token["jeton"], "cle": token["cle"], "message": WORDS}

    stream = await browser.http.get(f"{case}/flux")
    assert (stream.status_code, stream.headers["content-type"].split(";")[0]) == (200, "text/event-stream")
    assert "\ndata: " in stream.text
    brought = "\n".join(line.removeprefix("data: ") for line in stream.text.splitlines() if line.startswith("data: "))
    tells_in_place(brought)

    async def ask(address: str, **posted: str) -> httpx2.Response:
        if not posted:
            return await browser.http.get(f"{case}{address}", headers=PARTIAL)
        return await browser.http.post(f"{case}{address}", data=posted, headers={"origin": BASE, **PARTIAL})

    answers = [
        await ask("/nouvelles"),
        await ask("?fil=entier"),
        await ask("/transfert"),
        await ask("/message-en-cours", **form),
        await ask("/messages", **form),
        await ask("/transfert", **form, motif=WORDS),
        await ask("/prise-en-charge", **form),
        await ask("/pieces", **form, nom="a.pdf", taille="9", piece=str(uuid4())),
    ]
    for answer in answers:
        assert (answer.status_code, answer.headers["hx-reswap"]) == (410, "none"), answer.url
        tells_in_place(answer.text)


def tells_in_place(text: str) -> None:
    soup = BeautifulSoup(text, "html.parser")
    replaced = {str(one["hx-swap-oob"]) for one in soup.select("[hx-swap-oob]")}
    assert SAID in text and replaced == {"outerHTML:[data-stream]", "innerHTML"} and not soup.find("form")
    says_nothing_else(text)


async def test_a_file_that_they_could_have_says_it_and_any_other_is_absent(
    cast: Cast, case_id: UUID, files: FileStore, sign_in: SignIn, now: datetime
) -> None:
    msa = cast.referent_msa_lot
    joined = {audience: await attach_file(msa, files, case_id, now) for audience in ("all", "apart")}
    await post_message(msa, case_id, "Un fichier", key="all", now=now, attachments=[joined["all"]])
    await post_internal_note(msa, case_id, "Entre nous", key="apart", now=now, attachments=[joined["apart"]])
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    await leave_it(cast, case_id, now)
    joined["later"] = await attach_file(msa, files, case_id, now)
    await post_message(
        msa, case_id, "Un autre", key="later", now=now + timedelta(hours=2), attachments=[joined["later"]]
    )
    browser, stranger = await sign_in(cast.referent_caf_lot), await sign_in(cast.agent_cher)

    found = {name: await browser.get(f"/pieces/{one}") for name, one in joined.items()}

    assert found["all"].status == 410 and "transférée à CPAM du Lot le" in found["all"].text
    absent = (await browser.get(f"/pieces/{uuid4()}")).text
    assert {found[name].status for name in ("apart", "later")} == {404}
    assert found["apart"].text == found["later"].text == absent
    assert (await stranger.get(f"/pieces/{joined['all']}")).status == 404


async def test_words_for_a_case_that_is_not_there_are_given_back_too(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    """A wizard’s step of a draft that passed to a colleague; a stranger’s case and an absent one answer the same."""
    browser = await sign_in(cast.agent_cher)
    token = (await browser.get("/profil")).soup.find("input", {"name": "jeton"})
    assert token is not None
    answers = [
        await browser.http.post(
            f"/brouillons/{one}/blocage",
            data={"jeton": str(token["value"]), "description": WORDS},
            headers={"origin": BASE},
        )
        for one in (case_id, uuid4())
    ]
    for answer in answers:
        page = Page(answer)
        check_page(page)
        assert page.status == 404 and WORDS in page.soup.get_text() and page.text == Page(answers[0]).text
