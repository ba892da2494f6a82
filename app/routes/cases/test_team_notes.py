"""A note of one team: the answers to all others are the same, byte for byte, before and after."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.teams.teams import add_member
from app.routes.cases.test_apart import everything
from app.tests.access_matrix.thread_visibility import add_to_teams
from app.tests.access_matrix.world import end_each_stream
from app.tests.support.attachments_fixtures import PDF
from app.tests.support.browser import Browser
from db.tables.attachments import Attachment
from db.tables.thread import Message

SignIn = Callable[[Actor], Awaitable[Browser]]
NOTE = ("note.pdf", PDF)
TEAM_BUTTON = "Envoyer à mon équipe"


def find_team_value(actor: Actor) -> str:
    return f"equipe-{actor.seats[0].team_id}"


async def test_nothing_of_it_reaches_an_agent_or_another_team(
    cast: Cast, case_id: UUID, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_each_stream(monkeypatch)
    both = await add_to_teams(cast.referent_cpam_lot, "CAF du Lot", cast.agent_lot.seats[0].team_name)
    others = (cast.agent_lot, cast.colleague_lot, cast.referent_msa_lot, cast.referent_caf_cher, both)
    readers = [await sign_in(person) for person in others]
    referent, colleague = await sign_in(cast.referent_caf_lot), await sign_in(cast.manager_caf_lot)
    page = await referent.get(f"/demandes/{case_id}")
    for reader in readers * 2:  # the second time, each reads that the others have opened it
        await everything(reader, case_id)
    before = [await everything(reader, case_id) for reader in readers]

    page = await referent.press(page, TEAM_BUTTON, message="Un chuchotement")
    assert "Votre message est envoyé à votre équipe seule." in page.text and "Équipe seule" in page.text
    correction = page.link("Corriger ou retirer")
    for reader in readers:
        assert (await reader.get(correction)).status == 404
    page = await referent.press(
        await referent.get(correction), "Enregistrer la correction", message="Un chuchotement !"
    )

    assert "Un chuchotement !" in (await colleague.get(f"/demandes/{case_id}")).text
    assert str(case_id) in (await colleague.get("/demandes?q=chuchotement")).response.text
    assert [await everything(reader, case_id) for reader in readers] == before


async def test_the_form_says_who_reads(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    page = await (await sign_in(cast.referent_caf_lot)).get(f"/demandes/{case_id}")

    labels = [" ".join(label.get_text().split()) for label in page.soup.select(".audience > label")]
    assert labels == [
        "Lu par : l’agent et tous les organismes",
        "Lu par : les référents de CAF du Lot et MSA du Lot, et d’une équipe qui viendrait ensuite",
        "Lu par : les membres de CAF du Lot, et eux seuls",
    ]
    assert page.list_ticked("lecteurs") == labels[:1]


@pytest.mark.parametrize(
    ("chosen", "button"),
    [("equipe", "Envoyer le message"), ("equipe", "Envoyer aux référents"), ("referents", TEAM_BUTTON)],
)
async def test_of_two_controls_the_one_with_fewer_readers_wins(
    cast: Cast, case_id: UUID, sign_in: SignIn, chosen: str, button: str
) -> None:
    """A browser without styles shows all buttons."""
    referent, other = await sign_in(cast.referent_caf_lot), await sign_in(cast.referent_msa_lot)
    page = await referent.get(f"/demandes/{case_id}")
    value = find_team_value(cast.referent_caf_lot) if chosen == "equipe" else chosen

    page = await referent.press(page, button, message="Entre nous.", lecteurs=value)

    assert "à votre équipe seule" in page.text
    assert "Entre nous." not in (await other.get(f"/demandes/{case_id}")).text


async def test_an_answer_to_the_agent_never_carries_it(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    referent = await sign_in(cast.referent_caf_lot)
    page = await referent.get(f"/demandes/{case_id}")
    chosen = find_team_value(cast.referent_caf_lot)

    page = await referent.press_with([NOTE], page, "C’est traité", message="Entre nous.", lecteurs=chosen)

    assert page.status == 422 and "à votre équipe seule. Rien n’est parti" in page.text
    assert page.list_ticked("lecteurs") == ["Lu par : les membres de CAF du Lot, et eux seuls"]
    assert "note.pdf" in page.text and "pour mon équipe seule" in page.text
    assert not await Message.exists().where(Message.case == case_id)


@pytest.mark.parametrize("button", ["Envoyer le message", "Envoyer aux référents"])
async def test_a_file_for_the_team_never_leaves_to_more_readers(
    cast: Cast, case_id: UUID, sign_in: SignIn, button: str
) -> None:
    referent = await sign_in(cast.referent_caf_lot)
    team = {"lecteurs": find_team_value(cast.referent_caf_lot)}
    page = await referent.get(f"/demandes/{case_id}")
    page = await referent.press_with([NOTE], page, "Joindre et choisir d’autres fichiers", **team)

    page = await referent.press(page, button, message="Voici.", lecteurs="tous")

    assert page.status == 422 and "choisie pour votre équipe seule" in page.text
    page = await referent.press(page, TEAM_BUTTON)
    assert "note.pdf" in page.text
    kept = await Attachment.select(Attachment.audience).where(Attachment.case == case_id)
    assert kept == [{"audience": "team"}]


async def test_a_file_for_one_team_never_leaves_to_another_team_of_the_same_person(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    await add_member(cast.referent_caf_lot.id, cast.referent_msa_lot.seats[0].team_id)
    referent = await sign_in(cast.referent_caf_lot)
    caf, msa = ({"lecteurs": find_team_value(one)} for one in (cast.referent_caf_lot, cast.referent_msa_lot))
    page = await referent.get(f"/demandes/{case_id}")
    page = await referent.press_with([NOTE], page, "Joindre et choisir d’autres fichiers", **caf)

    page = await referent.press(page, TEAM_BUTTON, message="Voici.", **msa)

    assert page.status == 422 and "choisie pour une autre de vos équipes" in page.text
    assert not await Message.exists().where(Message.case == case_id)
    page = await referent.press(page, TEAM_BUTTON, **caf)
    assert "note.pdf" in page.text
    columns = Attachment.audience, Attachment.message.reader_team
    kept = await Attachment.select(*columns).where(Attachment.case == case_id)
    assert kept == [{"audience": "team", "message.reader_team": cast.referent_caf_lot.seats[0].team_id}]


@pytest.mark.parametrize("writer", ["agent_lot", "referent_msa_lot"])
async def test_a_forged_choice_of_another_team_writes_nothing(
    cast: Cast, case_id: UUID, sign_in: SignIn, writer: str
) -> None:
    browser = await sign_in(getattr(cast, writer))
    page = await browser.get(f"/demandes/{case_id}")
    forged = {"lecteurs": find_team_value(cast.referent_caf_lot)}

    page = await browser.press(page, "Envoyer le message", message="Entre nous", **forged)

    assert page.status == 403 and "Rien n’est parti" in page.text and "Entre nous" in page.text
    assert not await Message.exists().where(Message.case == case_id)


async def test_a_form_sent_again_says_who_will_read(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    referent = await sign_in(cast.referent_caf_lot)
    page = await referent.get(f"/demandes/{case_id}")

    page = await referent.press(page, TEAM_BUTTON, message="Entre nous.", jeton="ancien")

    assert page.status == 403 and "Ce message partira à votre équipe seule" in page.text


async def test_a_member_of_two_teams_chooses_which_one_reads(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    both = await add_to_teams(cast.referent_msa_lot, "CAF du Lot")
    browser, caf = await sign_in(both), await sign_in(cast.referent_caf_lot)
    page = await browser.get(f"/demandes/{case_id}")

    refused = await browser.press(page, TEAM_BUTTON, message="Pour la CAF")
    assert refused.status == 422 and "choisissez laquelle de vos équipes" in refused.text
    sent = await browser.press(refused, TEAM_BUTTON, lecteurs=find_team_value(cast.referent_caf_lot))

    assert "Pour la CAF" in sent.text and "Pour la CAF" in (await caf.get(f"/demandes/{case_id}")).text


@pytest.mark.parametrize("fragment", [False, True])
async def test_a_name_that_calls_no_one_is_said_after_sending(
    cast: Cast, case_id: UUID, sign_in: SignIn, fragment: bool
) -> None:
    referent = await sign_in(cast.referent_caf_lot)
    page = await referent.get(f"/demandes/{case_id}")
    words = f"@{cast.manager_caf_lot.full_name} et @Xavier, voyez <ceci>."
    if fragment:
        referent.http.headers.update({"hx-request": "true", "hx-request-type": "partial"})

    page = await referent.press(page, TEAM_BUTTON, message=words)

    assert "n’a prévenu personne" in page.text and ("@Xavier n’a" in page.text) == fragment
    assert [part.get_text() for part in page.soup.select(".called")] == ["@Hélène Marty"]
    assert "&lt;ceci&gt;" in page.response.text
