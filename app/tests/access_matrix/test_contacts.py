"""Whose phone and address each person reads on the page of a case: those of the other side, and of an open account."""

from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Side
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.page import contacts
from app.domain.cases.page.contacts import list_contact_sides, load_contacts
from app.domain.cases.thread.correction import withdraw_message
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.tests.access_matrix.documented_rights import COLUMNS, FRENCH, find_code, read_table_rows
from app.tests.access_matrix.test_documented_rights import CASES, PEOPLE
from app.tests.access_matrix.thread_visibility import Scene, SignIn, build_scene
from app.tests.support.browser import parse_page
from db.tables.members import Membership
from db.tables.people import Person
from db.tables.teams import Team
from db.tables.thread import Message

CARMEN, JULIEN, HELENE = "agent.lot@exemple.fr", "referent.caf.lot@exemple.fr", "referent.msa.lot@exemple.fr"
MAYOR, CAF_LINE = "05 36 49 00 71", "+33 (0)5 36 49 00 72"
READ_BY = {
    "author": {JULIEN, CAF_LINE},
    "colleague": {JULIEN, CAF_LINE},
    "referent of the other team": {CARMEN, MAYOR},
    "colleague of the writer": {CARMEN, MAYOR},
    "referent of both teams": {CARMEN, MAYOR},
    "on both sides": {JULIEN, CAF_LINE},
    "expert": {CARMEN, MAYOR, JULIEN, CAF_LINE},
    "expert with a seat": {CARMEN, MAYOR, JULIEN, CAF_LINE},
    "expert with a seat, not invited": {CARMEN, MAYOR},
}
"""The others read no case, and have no page."""


@pytest.fixture
async def scene(cast: Cast, sign_in: SignIn, now: datetime) -> Scene:
    """Julien takes the case. Hélène, of the MSA, writes to referents alone."""
    built = await build_scene(cast, sign_in, now)
    await Team.update({Team.phone: MAYOR}).where(Team.id == cast.agent_lot.seats[0].team_id)
    await Team.update({Team.phone: CAF_LINE}).where(Team.name == "CAF du Lot")
    await take_charge(cast.referent_caf_lot, built.case, now)
    await post_internal_note(cast.referent_msa_lot, built.case, "Entre nous", key="note", now=now)
    return built


async def test_each_person_reads_those_of_the_other_side_alone(scene: Scene) -> None:
    everything = {CARMEN, JULIEN, HELENE, MAYOR, CAF_LINE}
    read = {}
    for who, browser in scene.browsers.items():
        answer = await browser.http.get(f"{scene.path}/coordonnees")
        shown = parse_page(answer).soup.select_one("#geste") if answer.status_code == 200 else None
        if shown:
            assert shown.find(string="Coordonnées"), who
        read[who] = {one for one in everything if one in str(shown)}

    assert read == {who: READ_BY.get(who, set()) for who in scene.people}


async def test_a_message_to_the_agent_shows_its_author_until_it_is_withdrawn(scene: Scene, cast: Cast) -> None:
    agent, helene, now = cast.agent_lot, cast.referent_msa_lot, scene.now

    async def shows(address: str) -> bool:
        teams = await load_contacts(agent, await load_visible_case(agent, scene.case))
        return address in {contact.address for team in teams for contact in team.contacts}

    assert not await shows(HELENE)
    await post_message(helene, scene.case, "Bonjour", key="said", now=now)
    assert await shows(HELENE)
    row = await Message.select(Message.id).where(Message.key == "said").first()
    assert row is not None
    await withdraw_message(helene, scene.case, row["id"], now)
    assert not await shows(HELENE)
    of_both = scene.people["on both sides"]
    await post_message(of_both, scene.case, "Pour l’agent", key="own side", now=now)
    assert not await shows(of_both.address), "who writes with the agents is of their own side"


@pytest.mark.parametrize("ends", ["account", "seat"])
async def test_a_closed_account_and_a_departure_show_nothing(scene: Scene, cast: Cast, ends: str) -> None:
    people = {cast.agent_lot.id: cast.referent_msa_lot, cast.referent_caf_lot.id: cast.colleague_lot}
    for person in people:
        if ends == "account":
            await Person.update({Person.active: False}).where(Person.id == person)
        else:
            await Membership.delete().where(Membership.person == person)

    for reader in people.values():
        teams = await load_contacts(reader, await load_visible_case(reader, scene.case))
        assert [contact.name for team in teams for contact in team.contacts] == [""], "the number of the team alone"


async def test_a_person_without_phone_has_an_address_and_a_number_is_dialled(scene: Scene, cast: Cast) -> None:
    await Person.update({Person.phone: ""}).where(Person.id == cast.referent_caf_lot.id)
    browser = scene.browsers["author"]

    panel = str(parse_page(await browser.http.get(f"{scene.path}/coordonnees")).soup.select_one("#geste"))

    assert '<a href="tel:+33536490072">+33 (0)5 36 49 00 72</a>' in panel and panel.count("tel:") == 1
    assert f'<a href="mailto:{JULIEN}">{JULIEN}</a>' in panel


async def test_a_closed_case_shows_them_to_those_who_still_read_it(scene: Scene, cast: Cast) -> None:
    await close(cast.agent_lot, scene.case, "solved", scene.now)
    answers = {who: await browser.http.get(f"{scene.path}/coordonnees") for who, browser in scene.browsers.items()}

    assert {who for who, answer in answers.items() if CARMEN in answer.text or JULIEN in answer.text} == (
        READ_BY.keys() - {"expert"}
    )


def test_the_table_of_the_docstring_is_the_french_one() -> None:
    ours = read_table_rows(contacts.__doc__ or "", "| people of")
    theirs = read_table_rows(FRENCH.read_text(), "| coordonnées de")

    assert {Side[row[0]]: row[1:] for row in ours} == {
        Side[find_code(row[0])]: ["x" if cell else "" for cell in row[1:]] for row in theirs
    }
    table = {row[0]: dict(zip(COLUMNS, row[1:], strict=False)) for row in ours}
    assert table == {"AGENT": _read_cells(Side.AGENT), "REFERENT": _read_cells(Side.REFERENT)}


def _read_cells(side: Side) -> dict[str, str]:
    """What the function answers for one person of each column."""
    facts = CASES["open"]
    return {who: "x" if side in list_contact_sides(actor, facts) else "" for who, actor in PEOPLE.items()}
