"""A team’s mailbox is notified with its members, at once and without personal data; never a mailing list’s address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.closure import Outcome, close
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.domain.reorganisation.merger import merge_teams
from app.domain.teams.teams import add_member
from app.gateways.email.worker import EmailWorker
from app.tests.support.cases_fixtures import make_draft
from app.tests.support.smtp_fixtures import SmtpServer, read_email_text
from db.tables.email import Email
from db.tables.members import Membership
from db.tables.people import Person
from db.tables.teams import Team

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

SHARED, OFFICE = "equipe.caf@exemple.fr", "accueil.lot@exemple.fr"


async def share(name: str, address: str) -> None:
    await Team.update({Team.shared_address: address}).where(Team.name == name)


async def sent(cast: Cast, now: datetime) -> UUID:
    case_id = await make_draft(cast.agent_lot, now, "CAF", subject="Canari dans le sujet")
    await submit(cast.agent_lot, case_id, now)
    return case_id


def subjects(office: SmtpServer, address: str) -> list[str]:
    """Without what they say of the case."""
    found = [letter["Subject"].partition(" de France ")[0] for letter in office.received if letter["To"] == address]
    return sorted(subject.rstrip(" -0123456789") for subject in found)


async def test_it_receives_what_concerns_the_team_without_a_word_about_the_citizen(
    cast: Cast, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock
) -> None:
    await share("CAF du Lot", SHARED)
    await share("France Services de démonstration du Lot", OFFICE)
    case_id = await sent(cast, clock.now)
    await post_message(cast.agent_lot, case_id, "Du nouveau ?", key="a", now=clock.now)
    await post_message(cast.referent_caf_lot, case_id, "Oui.", key="b", now=clock.now)
    await close(cast.agent_lot, case_id, Outcome.SOLVED, clock.now)
    await smtp_email_worker.deliver_due()

    assert subjects(smtp_server, SHARED) == ["Clôture de la demande", "Nouveau message : demande", "Nouvelle demande"]
    assert subjects(smtp_server, OFFICE) == ["Clôture de la demande", "Nouveau message : demande"]
    for said in (read_email_text(letter) for letter in smtp_server.received if letter["To"] == SHARED):
        assert f"/demandes/{case_id}" in said
        for canary in ("Canari", "Jeanne", "Pélissier", "Carmen", "nouveau ?", "Oui."):
            assert canary not in said


async def test_it_leaves_at_once_for_every_choice_of_a_member(
    cast: Cast, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock
) -> None:
    await share("CAF du Lot", SHARED)
    await Person.update({Person.email_frequency: "daily"}).where(Person.id.is_in([cast.referent_caf_lot.id]))
    await sent(cast, clock.now)
    await smtp_email_worker.deliver_due()

    assert subjects(smtp_server, SHARED) == ["Nouvelle demande"]


async def test_a_member_s_own_address_has_one_letter_and_not_two(
    cast: Cast, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock
) -> None:
    await share("CAF du Lot", cast.referent_caf_lot.address)
    await sent(cast, clock.now)
    await smtp_email_worker.deliver_due()

    assert len(subjects(smtp_server, cast.referent_caf_lot.address)) == 1


async def test_what_the_team_no_longer_has_to_do_with_is_not_announced(
    cast: Cast, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock
) -> None:
    await share("CAF du Lot", SHARED)
    await withdraw(cast.agent_lot, await sent(cast, clock.now), clock.now)
    await smtp_email_worker.deliver_due()

    assert subjects(smtp_server, SHARED) == []
    assert await Email.count().where(Email.state == "cancelled", Email.team.is_not_null()) == 1


async def test_nothing_leaves_for_an_address_that_the_list_has_meanwhile(
    cast: Cast, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock
) -> None:
    await share("CAF du Lot", SHARED)
    await sent(cast, clock.now)
    await Team.update({Team.registry_number: "999", Team.contact_address: SHARED.upper()}).where(
        Team.name == "France Services de démonstration du Lot"
    )
    await smtp_email_worker.deliver_due()

    assert subjects(smtp_server, SHARED) == []


async def test_the_contact_address_is_only_for_reading(
    cast: Cast, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock
) -> None:
    await Team.update({Team.contact_address: SHARED}).where(Team.name == "CAF du Lot")
    await sent(cast, clock.now)
    await smtp_email_worker.deliver_due()

    assert subjects(smtp_server, SHARED) == []


async def test_what_waits_for_a_merged_team_goes_to_the_one_that_took_its_place(
    cast: Cast, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock
) -> None:
    await share("CAF du Lot", SHARED)
    await sent(cast, clock.now)
    seats = cast.referent_caf_lot.seats[0].team_id, cast.referent_msa_lot.seats[0].team_id
    await merge_teams(cast.admin, *seats, clock.now)
    await smtp_email_worker.deliver_due()

    assert subjects(smtp_server, SHARED) == ["Nouvelle demande"]


OFFICE_TEAM, MSA = "France Services de démonstration du Lot", "MSA du Lot"
NOTE = "Nouveau message : demande"


async def noted(cast: Cast, now: datetime) -> None:
    """The CAF writes an internal note on a case that the MSA received too."""
    case_id = await make_draft(cast.agent_lot, now, "CAF", "MSA")
    await submit(cast.agent_lot, case_id, now)
    await post_internal_note(cast.referent_caf_lot, case_id, "Entre nous", key="note", now=now)


async def team_shares(cast: Cast) -> None:
    await share(OFFICE_TEAM, SHARED)


async def team_is_read_there(cast: Cast) -> None:
    await Team.update({Team.contact_address: SHARED.title()}).where(Team.name == OFFICE_TEAM)


async def closed_team_shared(cast: Cast) -> None:
    await Team.update({Team.shared_address: SHARED, Team.closed_at: datetime.now(UTC)}).where(Team.name == OFFICE_TEAM)


async def stranger_team_shares(cast: Cast) -> None:
    await share("CAF du Cher", SHARED)


async def author_has_it(cast: Cast) -> None:
    await Person.update({Person.address: SHARED}).where(Person.id == cast.agent_lot.id)


async def supervisor_has_it(cast: Cast) -> None:
    await Person.update({Person.address: SHARED}).where(Person.id == cast.supervisor_lot.id)


async def deactivated_person_has_it(cast: Cast) -> None:
    await Person.update({Person.address: SHARED}).where(Person.id == cast.referent_caf_cher.id)
    await Person.update({Person.active: False}).where(Person.id == cast.referent_caf_cher.id)


async def all_members_join_the_agents(cast: Cast) -> None:
    for person in await Membership.select(Membership.person).where(Membership.team.name == "CAF du Lot"):
        await add_member(person["person"], cast.agent_lot.seats[0].team_id)


OTHERS = (
    team_shares,
    team_is_read_there,
    closed_team_shared,
    stranger_team_shares,
    author_has_it,
    supervisor_has_it,
    deactivated_person_has_it,
)


async def notes_waiting() -> int:
    return int(await Email.count().where(Email.kind == "internal", Email.team.is_not_null(), Email.state == "waiting"))


@pytest.mark.parametrize("happens", OTHERS)
async def test_an_internal_note_goes_to_no_mailbox_that_others_read(
    cast: Cast,
    smtp_email_worker: EmailWorker,
    smtp_server: SmtpServer,
    clock: Clock,
    happens: Callable[[Cast], Awaitable[None]],
) -> None:
    """The MSA’s mailbox is its own: the email arrives there."""
    await share("CAF du Lot", SHARED)
    await share(MSA, OFFICE)
    await happens(cast)
    await noted(cast, clock.now)
    assert await notes_waiting() == 1
    await smtp_email_worker.deliver_due()

    assert (subjects(smtp_server, SHARED).count(NOTE), subjects(smtp_server, OFFICE).count(NOTE)) == (0, 1)


@pytest.mark.parametrize("happens", [*OTHERS, all_members_join_the_agents])
async def test_and_to_none_that_others_read_when_it_leaves(
    cast: Cast,
    smtp_email_worker: EmailWorker,
    smtp_server: SmtpServer,
    clock: Clock,
    happens: Callable[[Cast], Awaitable[None]],
) -> None:
    await share("CAF du Lot", SHARED)
    await share(MSA, OFFICE)
    await noted(cast, clock.now)
    assert await notes_waiting() == 2
    await happens(cast)
    await smtp_email_worker.deliver_due()

    assert (subjects(smtp_server, SHARED).count(NOTE), subjects(smtp_server, OFFICE).count(NOTE)) == (0, 1)
    assert await Email.count().where(Email.kind == "internal", Email.state == "cancelled") >= 1


async def test_two_teams_of_the_case_may_have_one_mailbox(
    cast: Cast, smtp_email_worker: EmailWorker, smtp_server: SmtpServer, clock: Clock
) -> None:
    await share("CAF du Lot", SHARED)
    await share(MSA, SHARED)
    await noted(cast, clock.now)
    await smtp_email_worker.deliver_due()

    assert NOTE in subjects(smtp_server, SHARED)
