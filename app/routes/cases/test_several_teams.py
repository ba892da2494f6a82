"""The page of a case that several organisations share: where each stands, and to which of them one writes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.stepping_out import step_out
from app.domain.cases.thread.answers import dismiss
from app.tests.support.browser import Browser, Page
from app.tests.support.cases_fixtures import NewCase
from db.tables.email import Email
from db.tables.participants import Recipient
from db.tables.teams import Team

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]
CHOICE = "Adresser ce message à"


def standings(page: Page) -> list[str]:
    return [" ".join(line.get_text().split()) for line in page.soup.select("#organismes li")]


async def find_team(name: str) -> int:
    row = await Team.select(Team.id).where(Team.name == name).first()
    assert row is not None
    return int(row["id"])


async def turns(case_id: UUID) -> dict[str, bool]:
    rows = await Recipient.select(Recipient.team.name.as_alias("team"), Recipient.next_side).where(
        Recipient.case == case_id
    )
    return {row["team"]: row["next_side"] == "referent" for row in rows}


async def test_the_page_says_where_each_organisation_stands(
    cast: Cast, case_id: UUID, sign_in: SignIn, clock: Clock
) -> None:
    agent, caf = await sign_in(cast.agent_lot), await sign_in(cast.referent_caf_lot)
    assert standings(await agent.get(f"/demandes/{case_id}")) == [
        "CAF du Lot : pas encore ouverte",
        "MSA du Lot : pas encore ouverte",
    ]

    page = await caf.press(await caf.get(f"/demandes/{case_id}"), "Je m’en occupe")
    await caf.press(page, "Envoyer le message", message="Voici où en est le dossier.")
    clock.advance(days=10)

    page = await (await sign_in(cast.agent_lot)).get(f"/demandes/{case_id}")
    assert standings(page) == [
        "CAF du Lot : répondue le 23 novembre, Julien Delmas s’en occupe",
        "MSA du Lot : pas encore ouverte, en souffrance depuis le 26 novembre",
    ]
    assert page.shows_status("Répondue") and "MSA du Lot n’a pas répondu dans les délais" in page.text


async def test_a_referent_reads_the_status_of_their_own_team(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    caf, msa = await sign_in(cast.referent_caf_lot), await sign_in(cast.referent_msa_lot)
    page = await caf.get(f"/demandes/{case_id}")
    assert page.shows_status("Consultée")
    listed = await msa.get("/demandes")
    assert (
        listed.shows_status("Nouvelle") and "1 demande avec ces filtres" in (await msa.get("/demandes?statut=new")).text
    )

    await caf.press(page, "Envoyer le message", message="Voici où en est le dossier.")

    assert "réponse de CAF" in (await msa.get("/demandes")).text
    page = await msa.get(f"/demandes/{case_id}")
    assert page.shows_status("Répondue") and "réponse de CAF" in page.text
    assert "réponse de" not in (await caf.get(f"/demandes/{case_id}")).text
    assert "À vous" in (await msa.get("/demandes")).text and "À vous" not in (await caf.get("/demandes")).text


async def test_a_message_to_one_organisation_gives_the_turn_to_it_alone(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    agent, caf = await sign_in(cast.agent_lot), await sign_in(cast.referent_caf_lot)
    await caf.press(await caf.get(f"/demandes/{case_id}"), "Envoyer le message", message="De notre côté, rien.")
    msa = await sign_in(cast.referent_msa_lot)
    await msa.press(await msa.get(f"/demandes/{case_id}"), "Envoyer le message", message="Du nôtre non plus.")
    await Email.delete().where(Email.case == case_id)

    page = await agent.get(f"/demandes/{case_id}")
    page = await agent.press(
        page, "Envoyer le message", message="Et l’attestation ?", destinataires=str(await find_team("MSA du Lot"))
    )

    assert await turns(case_id) == {"CAF du Lot": False, "MSA du Lot": True}
    assert "France Services de démonstration du Lot à MSA du Lot, le" in page.text
    emails = await Email.select(Email.person).where(Email.case == case_id)
    assert {row["person"] for row in emails} == {cast.referent_msa_lot.id}
    assert "Et l’attestation ?" in (await caf.get(f"/demandes/{case_id}")).text


async def test_one_organisation_leaves_no_choice_and_a_refused_message_keeps_it(
    cast: Cast, case_id: UUID, new_case: NewCase, sign_in: SignIn
) -> None:
    agent = await sign_in(cast.agent_lot)
    alone = await new_case("CAF")
    assert CHOICE not in (await agent.get(f"/demandes/{alone}")).text
    caf, msa = await find_team("CAF du Lot"), await find_team("MSA du Lot")

    page = await agent.get(f"/demandes/{case_id}")
    refused = await agent.press(page, "Envoyer le message", message=" ", destinataires=str(msa))
    assert refused.status == 422 and refused.list_ticked("destinataires") == ["MSA du Lot"]
    kept = await agent.press(page, "Envoyer le message", message="x" * 5001, destinataires=str(caf))
    assert kept.status == 422 and kept.list_ticked("destinataires") == ["CAF du Lot"]


async def test_a_ticked_organisation_is_found_again_with_the_message_that_waits(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    agent, msa = await sign_in(cast.agent_lot), await find_team("MSA du Lot")
    page = await agent.get(f"/demandes/{case_id}")
    form = page.form("Envoyer le message")
    hidden = {str(one["name"]): str(one["value"]) for one in form.find_all("input", {"name": ["jeton", "cle"]})}
    typed = {**hidden, "message": "À finir", "destinataires": str(msa)}
    await agent.http.post(f"/demandes/{case_id}/message-en-cours", data=typed)

    again = await agent.get(f"/demandes/{case_id}")

    assert "À finir" in again.text and again.list_ticked("destinataires") == ["MSA du Lot"]


async def test_an_organisation_that_is_out_is_called_back_by_its_name(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    await dismiss(cast.referent_caf_lot, case_id, "Voyez en ligne.", key="once", now=now)
    await step_out(cast.referent_msa_lot, case_id, "Pas de dossier chez nous", now)
    agent = await sign_in(cast.agent_lot)
    page = await agent.get(f"/demandes/{case_id}")
    assert "MSA du Lot : ne suit plus la demande depuis le 23 novembre" in standings(page)
    assert "À vous" in (await agent.get("/demandes")).text

    msa = await find_team("MSA du Lot")
    page = await agent.press(page, "Envoyer le message", message="Si, un dossier.", destinataires=str(msa))

    assert await turns(case_id) == {"CAF du Lot": False, "MSA du Lot": True}
    back = await (await sign_in(cast.referent_msa_lot)).get(f"/demandes/{case_id}")
    assert "Si, un dossier." in back.text and back.has_button("C’est traité")


async def test_a_team_that_is_not_on_the_case_is_refused_and_the_message_stays(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    agent = await sign_in(cast.agent_lot)
    page = await agent.get(f"/demandes/{case_id}")

    refused = await agent.press(
        page, "Envoyer le message", message="Bonjour", destinataires=str(await find_team("CPAM du Lot"))
    )

    assert refused.status == 422 and "Choisissez de nouveau à qui vous écrivez" in refused.text
    assert refused.control("Votre message").get_text().strip() == "Bonjour"


async def test_an_opinion_is_asked_with_a_tick_and_has_no_clock(
    cast: Cast, new_case: NewCase, sign_in: SignIn, clock: Clock
) -> None:
    case_id, caf = await new_case("CAF"), await sign_in(cast.referent_caf_lot)
    page = await caf.get(f"/demandes/{case_id}/organisme")
    page = await caf.press(
        page,
        "Inviter cette équipe",
        equipe=str(await find_team("MSA du Lot")),
        motif="Un droit chez vous ?",
        avis="oui",
    )
    clock.advance(days=20)

    assert "Avis demandé à MSA du Lot" in page.text
    page = await (await sign_in(cast.agent_lot)).get(f"/demandes/{case_id}")
    assert standings(page)[1] == "MSA du Lot : avis demandé le 23 novembre, pas encore ouverte"
    asked = await sign_in(cast.referent_msa_lot)
    listed = await asked.get("/demandes")
    assert "Non lue" in listed.text and not listed.soup.select("#demandes .tag")
