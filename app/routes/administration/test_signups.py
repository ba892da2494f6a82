"""« Inscriptions »: who sees them, accepting, refusing, and what the emails say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.errors import Conflict
from app.routes.administration import signups
from app.tests.support.browser import Browser
from db.tables.signup import Signup

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker


SignIn = Callable[[Actor], Awaitable[Browser]]
Asking = Callable[..., Awaitable[int]]
PATH = "/administration/inscriptions"


async def test_an_empty_list_says_what_to_do(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.supervisor_lot)
    page = await browser.get((await browser.get("/administration")).link("Inscriptions"))

    assert page.h1 == "Inscriptions" and "Personne n’attend de réponse" in page.text


async def test_accepted_the_person_is_invited_to_the_chosen_team(
    cast: Cast, sign_in: SignIn, create_signup: Asking, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    await create_signup()
    browser = await sign_in(cast.supervisor_lot)
    page = await browser.get((await browser.get(PATH)).link("Zoé Neuve"))
    assert "France Services de Figeac" in page.text and "J’accueille du public depuis lundi." in page.text
    office = next(option for option in page.control("Équipe").find_all("option") if "démonstration" in option.text)

    page = await browser.press(page, "Accepter l’inscription")
    assert page.status == 422 and "Choisissez une équipe du département" in page.text
    page = await browser.press(page, "Accepter l’inscription", equipe=str(office["value"]))

    assert page.h1 == "Inscriptions" and "L’inscription est acceptée" in page.text
    await email_worker.deliver_due()
    letters = [letter.subject for letter in await email_folder.read("zoe.neuve@exemple.fr")]
    assert sorted(letters) == ["Votre demande d’inscription est enregistrée", "Vous êtes invité à rejoindre une équipe"]


async def test_refused_the_person_reads_why(
    cast: Cast, sign_in: SignIn, create_signup: Asking, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    applicant = await create_signup()
    await email_worker.deliver_due()
    browser = await sign_in(cast.admin)
    page = await browser.press(await browser.get(f"{PATH}/{applicant}"), "Refuser l’inscription")
    assert page.status == 422 and page.soup.find("a", href="#reponse")

    page = await browser.press(page, "Refuser l’inscription", reponse="Voyez <b>votre</b> responsable.")

    assert "L’inscription est refusée" in page.text and "Personne n’attend de réponse" in page.text
    await email_worker.deliver_due()
    letter = (await email_folder.read("zoe.neuve@exemple.fr"))[0]
    assert letter.subject == "Votre demande d’inscription n’a pas été acceptée"
    assert "Voyez <b>votre</b> responsable." in letter.text and "&lt;b&gt;" in letter.html


async def test_a_typed_answer_stays_when_it_is_too_long(cast: Cast, sign_in: SignIn, create_signup: Asking) -> None:
    browser = await sign_in(cast.admin)
    page = await browser.get(f"{PATH}/{await create_signup()}")

    page = await browser.press(page, "Refuser l’inscription", reponse="long " * 300)

    assert page.status == 422 and page.control("Pourquoi ?").get_text().strip().startswith("long long")


async def test_the_second_of_two_answers_is_refused_on_its_own_page(
    cast: Cast, sign_in: SignIn, create_signup: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL both may find the person waiting. The page is drawn from what was read before the action."""
    applicant = await create_signup()

    async def find_answered(*_: object) -> None:
        await Signup.update({Signup.state: "refused"}).where(Signup.id == applicant)
        raise Conflict("Quelqu’un vient d’y répondre : rien n’a changé.")

    monkeypatch.setattr(signups, "accept_applicant", find_answered)
    browser = await sign_in(cast.admin)
    page = await browser.press(await browser.get(f"{PATH}/{applicant}"), "Accepter l’inscription", reponse="Bonjour")

    assert page.status == 409 and "Quelqu’un vient d’y répondre" in page.text and "Zoé Neuve" in page.text
    assert (await browser.get(f"{PATH}/{applicant}")).status == 404


@pytest.mark.parametrize("who", ["agent_lot", "manager_caf_lot", "expert"])
async def test_others_do_not_learn_that_it_exists(cast: Cast, sign_in: SignIn, create_signup: Asking, who: str) -> None:
    browser = await sign_in(getattr(cast, who))
    for path in (PATH, f"{PATH}/{await create_signup()}"):
        assert (await browser.get(path)).status == 404


async def test_another_territory_s_is_absent(cast: Cast, sign_in: SignIn, create_signup: Asking) -> None:
    browser = await sign_in(cast.supervisor_lot)
    absent = await browser.get(f"{PATH}/999999")

    page = await browser.get(f"{PATH}/{await create_signup(area='18')}")

    assert page.status == absent.status == 404 and page.text == absent.text
    for number in ("0", "2147483648", "9" * 30):
        assert 400 <= (await browser.get(f"{PATH}/{number}")).status < 500
