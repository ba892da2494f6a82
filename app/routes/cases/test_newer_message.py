"""A message over a newer one of the same team is sent once it is confirmed, and its words are kept (W5)."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.invitation import invite_team
from app.domain.cases.thread.correction import withdraw_message
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.domain.teams.teams import add_member
from app.tests.support.browser import Browser, Page
from app.tests.support.members_fixtures import FindTeam
from db.tables.thread import Message

SignIn = Callable[[Actor], Awaitable[Browser]]
FRAGMENT = {"hx-request": "true", "hx-request-type": "partial"}
SEND_ANYWAY = "Envoyer quand même"


async def count_messages(case_id: UUID) -> int:
    return int(await Message.count().where(Message.case == case_id))


def asks_about(page: Page, author: str, words: str) -> bool:
    panel = page.soup.select_one("[aria-labelledby=titre-entre-temps]")
    return panel is not None and f"{author} a écrit entre-temps" in panel.text and words in panel.text


@pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["without scripts", "in place"])
async def test_a_colleague_s_message_is_shown_once_and_the_words_stay(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime, headers: dict[str, str]
) -> None:
    caf = await sign_in(cast.referent_caf_lot)
    page = await caf.get(f"/demandes/{case_id}")
    await post_message(cast.manager_caf_lot, case_id, "Je m’en charge.", key="other", now=now)
    caf.http.headers.update(headers)

    asked = await caf.press(page, "Envoyer le message", message="Bonjour, je regarde.")

    assert asks_about(asked, "Hélène Marty", "Je m’en charge.") and await count_messages(case_id) == 1
    assert asked.control("Votre message").get_text().strip() == "Bonjour, je regarde."
    assert not asked.has_button("Envoyer le message")
    sent = await caf.press(asked, SEND_ANYWAY)
    assert "Bonjour, je regarde." in sent.text and await count_messages(case_id) == 2
    assert not asks_about(sent, "Hélène Marty", "")


async def test_going_back_asks_no_second_time_and_a_later_message_does(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    caf = await sign_in(cast.referent_caf_lot)
    page = await caf.get(f"/demandes/{case_id}")
    await post_message(cast.manager_caf_lot, case_id, "Le premier.", key="one", now=now)
    caf.http.headers.update(FRAGMENT)
    page = await caf.press(page, "Envoyer le message", message="Bonjour.")

    page = await caf.press(page, "Revenir au message")
    assert page.control("Votre message").get_text().strip() == "Bonjour." and page.has_button("Envoyer le message")
    await post_message(cast.manager_caf_lot, case_id, "Le deuxième.", key="two", now=now)
    page = await caf.press(page, "Envoyer le message")
    assert asks_about(page, "Hélène Marty", "Le deuxième.") and "Le premier." not in page.text
    assert "Bonjour." in (await caf.press(page, SEND_ANYWAY)).text
    assert await count_messages(case_id) == 3


async def test_a_form_redrawn_in_place_still_knows_what_its_page_showed(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    caf = await sign_in(cast.referent_caf_lot)
    page = await caf.get(f"/demandes/{case_id}")
    await post_message(cast.manager_caf_lot, case_id, "Je m’en charge.", key="other", now=now)
    caf.http.headers.update(FRAGMENT)

    page = await caf.press(page, "Joindre et choisir d’autres fichiers", message="Bonjour.")

    assert asks_about(await caf.press(page, "Envoyer le message"), "Hélène Marty", "Je m’en charge.")


async def test_each_of_two_open_tabs_asks_for_itself(cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime) -> None:
    agent = await sign_in(cast.agent_lot)
    tabs = [await agent.get(f"/demandes/{case_id}") for _ in range(2)]
    await agent.press(tabs[0], "Envoyer le message", message="Le mien.")
    await post_message(cast.colleague_lot, case_id, "Je rappelle l’usager.", key="other", now=now)

    fresh = await agent.press(await agent.get(f"/demandes/{case_id}"), "Envoyer le message", message="Après lecture.")
    asked = await agent.press(tabs[1], "Envoyer le message", message="De l’autre onglet.")

    assert not asks_about(fresh, "", "") and "Après lecture." in fresh.text
    assert asks_about(asked, "Bastien Roques", "Je rappelle l’usager.") and await count_messages(case_id) == 3
    panel = asked.soup.select_one("[aria-labelledby=titre-entre-temps]")
    assert panel and "Le mien." not in panel.text, "one’s own messages do not count"


async def test_messages_of_other_teams_and_withdrawn_ones_do_not_count(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    caf = await sign_in(cast.referent_caf_lot)
    page = await caf.get(f"/demandes/{case_id}")
    await post_message(cast.referent_msa_lot, case_id, "De la MSA.", key="msa", now=now)
    await post_message(cast.agent_lot, case_id, "De l’agent.", key="agent", now=now)
    await post_internal_note(cast.manager_caf_lot, case_id, "Retiré.", key="gone", now=now)
    gone = await Message.select(Message.id).where(Message.key == "gone").first()
    assert gone is not None
    await withdraw_message(cast.manager_caf_lot, case_id, gone["id"], now)

    sent = await caf.press(page, "Envoyer le message", message="Bonjour.")

    assert "Bonjour." in sent.text and await count_messages(case_id) == 4


async def test_a_member_of_three_teams_of_the_case_is_asked_too(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime, find_team: FindTeam
) -> None:
    await invite_team(cast.referent_caf_lot, case_id, await find_team("CPAM du Lot"), "À vous", now)
    for team in ("MSA du Lot", "CPAM du Lot", "CAF du Cher"):
        await add_member(cast.referent_caf_lot.id, await find_team(team))
    caf = await sign_in(cast.referent_caf_lot)
    page = await caf.get(f"/demandes/{case_id}")
    await post_message(cast.manager_caf_lot, case_id, "Je m’en charge.", key="other", now=now)

    asked = await caf.press(page, "Envoyer le message", message="Bonjour, je regarde.")

    assert asks_about(asked, "Hélène Marty", "Je m’en charge.") and await count_messages(case_id) == 1


async def test_an_internal_note_stays_one_and_an_answer_asks_about_both(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    caf, agent = await sign_in(cast.referent_caf_lot), await sign_in(cast.agent_lot)
    page = await caf.get(f"/demandes/{case_id}")
    await post_internal_note(cast.manager_caf_lot, case_id, "Entre nous.", key="note", now=now)

    page = await caf.press(page, "Envoyer aux référents", message="Note.", **{"lecteurs": "referents"})
    assert asks_about(page, "Hélène Marty", "Entre nous.") and page.list_ticked("lecteurs")[0].startswith(
        "Lu par : les référents"
    )
    page = await caf.press(page, "Envoyer aux référents")
    assert await count_messages(case_id) == 2
    await post_message(cast.manager_caf_lot, case_id, "Versé hier.", key="paid", now=now)
    page = await caf.press(page, "C’est traité", message="C’est versé.")
    assert asks_about(page, "Hélène Marty", "Versé hier.")
    assert page.has_button("Confirmer « C’est traité »") and not page.has_button(SEND_ANYWAY)
    await caf.press(page, "Confirmer « C’est traité »")

    seen = await agent.get(f"/demandes/{case_id}")
    assert await count_messages(case_id) == 4 and "C’est versé." in seen.text
    assert "Note." not in seen.text and "Entre nous." not in seen.text


async def test_a_note_is_not_shown_to_a_colleague_who_joined_the_agents(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    caf = await sign_in(cast.referent_caf_lot)
    page = await caf.get(f"/demandes/{case_id}")
    await post_internal_note(cast.manager_caf_lot, case_id, "Entre nous.", key="note", now=now)
    await add_member(cast.referent_caf_lot.id, cast.agent_lot.seats[0].team_id)

    sent = await caf.press(page, "Envoyer le message", message="Bonjour.")

    assert "Entre nous." not in sent.text and await count_messages(case_id) == 2


async def test_a_form_sent_twice_and_a_case_closed_meanwhile_ask_nothing(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    caf, agent = await sign_in(cast.referent_caf_lot), await sign_in(cast.agent_lot)
    page = await caf.get(f"/demandes/{case_id}")
    await caf.press(page, "Envoyer le message", message="Bonjour.")
    await post_message(cast.manager_caf_lot, case_id, "Je m’en charge.", key="other", now=now)
    again = await caf.press(page, "Envoyer le message", message="Bonjour.")
    assert again.status == 200 and await count_messages(case_id) == 2

    closing = await agent.press(await agent.get(f"/demandes/{case_id}"), "Clore la demande")
    await agent.press(closing, "Confirmer la clôture", issue="solved")
    refused = await caf.press(page, "Envoyer le message", message="Trop tard.", cle=str(case_id))
    assert refused.status == 409 and "votre message n’est pas parti" in refused.text
