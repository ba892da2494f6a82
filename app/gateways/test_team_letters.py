"""The shared address of a team: told with its members, at once, by nothing personal; never a list's address."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from app.cast import Cast
from app.domain.cases.closure import Outcome, close
from app.domain.cases.conftest import draft
from app.domain.cases.submission import submit
from app.domain.cases.thread import post
from app.domain.cases.withdrawal import withdraw
from app.domain.teams.merger import merge_teams
from app.gateways.conftest import Office, words
from app.gateways.postman import Postman
from db.tables import Letter, Person, Team

if TYPE_CHECKING:
    from app.conftest import Clock

SHARED, OFFICE = "equipe.caf@exemple.fr", "accueil.lot@exemple.fr"


async def share(name: str, address: str) -> None:
    await Team.update({Team.shared_address: address}).where(Team.name == name)


async def sent(cast: Cast, now: datetime) -> UUID:
    case_id = await draft(cast.agent_lot, now, "CAF", subject="Canari dans le sujet")
    await submit(cast.agent_lot, case_id, now)
    return case_id


def subjects(office: Office, address: str) -> list[str]:
    return sorted(letter["Subject"] for letter in office.received if letter["To"] == address)


async def test_it_receives_what_concerns_the_team_without_a_word_about_the_citizen(
    cast: Cast, postman: Postman, office: Office, clock: Clock
) -> None:
    await share("CAF du Lot", SHARED)
    await share("France Services de démonstration du Lot", OFFICE)
    case_id = await sent(cast, clock.now)
    await post(cast.agent_lot, case_id, "Du nouveau ?", key="a", now=clock.now)
    await post(cast.referent_caf_lot, case_id, "Oui.", key="b", now=clock.now)
    await close(cast.agent_lot, case_id, Outcome.SOLVED, clock.now)
    await postman.deliver_due()

    assert subjects(office, SHARED) == [
        "Un nouveau message vous attend",
        "Une demande a été close",
        "Une nouvelle demande vous attend",
    ]
    assert subjects(office, OFFICE) == ["Un nouveau message vous attend", "Une demande a été close"]
    for said in (words(letter) for letter in office.received if letter["To"] == SHARED):
        assert f"/demandes/{case_id}" in said
        for canary in ("Canari", "Jeanne", "Pélissier", "Carmen", "nouveau ?", "Oui."):
            assert canary not in said


async def test_it_is_told_at_once_whatever_each_member_chose(
    cast: Cast, postman: Postman, office: Office, clock: Clock
) -> None:
    await share("CAF du Lot", SHARED)
    await Person.update({Person.letters: "daily"}).where(Person.id.is_in([cast.referent_caf_lot.id]))
    await sent(cast, clock.now)
    await postman.deliver_due()

    assert subjects(office, SHARED) == ["Une nouvelle demande vous attend"]


async def test_a_member_s_own_address_has_one_letter_and_not_two(
    cast: Cast, postman: Postman, office: Office, clock: Clock
) -> None:
    await share("CAF du Lot", cast.referent_caf_lot.address)
    await sent(cast, clock.now)
    await postman.deliver_due()

    assert len(subjects(office, cast.referent_caf_lot.address)) == 1


async def test_what_the_team_no_longer_has_to_do_with_is_not_announced(
    cast: Cast, postman: Postman, office: Office, clock: Clock
) -> None:
    await share("CAF du Lot", SHARED)
    await withdraw(cast.agent_lot, await sent(cast, clock.now), clock.now)
    await postman.deliver_due()

    assert subjects(office, SHARED) == []
    assert await Letter.count().where(Letter.state == "cancelled", Letter.team.is_not_null()) == 1


async def test_nothing_leaves_for_an_address_that_the_list_has_meanwhile(
    cast: Cast, postman: Postman, office: Office, clock: Clock
) -> None:
    await share("CAF du Lot", SHARED)
    await sent(cast, clock.now)
    await Team.update({Team.registry_number: "999", Team.contact_address: SHARED.upper()}).where(
        Team.name == "France Services de démonstration du Lot"
    )
    await postman.deliver_due()

    assert subjects(office, SHARED) == []


async def test_the_contact_address_is_only_for_reading(
    cast: Cast, postman: Postman, office: Office, clock: Clock
) -> None:
    await Team.update({Team.contact_address: SHARED}).where(Team.name == "CAF du Lot")
    await sent(cast, clock.now)
    await postman.deliver_due()

    assert subjects(office, SHARED) == []


async def test_what_waits_for_a_merged_team_goes_to_the_one_that_took_its_place(
    cast: Cast, postman: Postman, office: Office, clock: Clock
) -> None:
    await share("CAF du Lot", SHARED)
    await sent(cast, clock.now)
    seats = cast.referent_caf_lot.seats[0].team_id, cast.referent_msa_lot.seats[0].team_id
    await merge_teams(cast.admin, *seats, clock.now)
    await postman.deliver_due()

    assert subjects(office, SHARED) == ["Une nouvelle demande vous attend"]
