"""A mailbox that refuses emails, through a real SMTP server: tried twice, counted, said once, alive again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.authentication.sessions import begin_session
from app.domain.email.queue_email import EmailKind, queue_emails, queue_team_emails
from app.domain.people.listing import PersonFilters, PersonView, count_people, list_people
from app.domain.teams.dead_mailboxes import find_dead_mailboxes, find_dead_shared_address
from app.domain.teams.reachability import Obstacle, list_organisations_in_area
from db.tables.email import Email
from db.tables.people import Person
from db.tables.teams import Team
from db.tables.undelivered import Undelivered

if TYPE_CHECKING:
    from app.gateways.email.worker import EmailWorker
    from app.tests.support.fixtures import Clock
    from app.tests.support.smtp_fixtures import SmtpServer

JULIEN, HELENE = "referent.caf.lot@exemple.fr", "responsable.caf.lot@exemple.fr"
NO_SUCH_USER, GREYLISTED, FULL = "550 5.1.1 No such user", "450 4.2.0 Greylisted", "552 5.2.2 Mailbox full"


@pytest.fixture
def play(cast: Cast, smtp_server: SmtpServer, smtp_email_worker: EmailWorker, clock: Clock) -> Play:
    return Play(cast, smtp_server, smtp_email_worker, clock)


class Play:
    def __init__(self, cast: Cast, server: SmtpServer, worker: EmailWorker, clock: Clock) -> None:
        self.cast, self.server, self.worker, self.clock = cast, server, worker, clock

    async def write_to_julien(self, minutes: float = 6) -> str:
        """Queues one email, tries it twice, and returns its state."""
        julien = self.cast.referent_caf_lot.id
        await queue_emails(EmailKind.ADDED, [julien], now=self.clock.now)
        await self.worker.deliver_due()
        self.clock.advance(minutes=minutes)
        await self.worker.deliver_due()
        last = await Email.select(Email.state).where(Email.person == julien).order_by(Email.written_at, ascending=False)
        return str(last[0]["state"])

    async def is_dead(self) -> bool:
        return bool(await find_dead_mailboxes([self.cast.referent_caf_lot.id]))


async def test_a_permanent_refusal_is_tried_twice_and_no_more(play: Play) -> None:
    play.server.refusals[JULIEN] = NO_SUCH_USER

    assert await play.write_to_julien() == "bounced" and await play.is_dead()
    play.clock.advance(hours=80)
    await play.worker.deliver_due()

    row = (await Email.select(Email.attempts, Email.failure).where(Email.state == "bounced"))[0]
    assert row == {"attempts": 2, "failure": "mailbox"}
    assert await play.write_to_julien(minutes=0) == "bounced", "a mailbox known as dead is tried once"


async def test_a_temporary_refusal_is_tried_for_three_days(play: Play) -> None:
    play.server.refusals[JULIEN] = GREYLISTED
    assert await play.write_to_julien() == "waiting" and not await play.is_dead()

    play.clock.advance(hours=73)
    await play.worker.deliver_due()

    assert await Email.exists().where(Email.state == "failed", Email.failure == "temporary")
    assert (await find_dead_mailboxes([play.cast.referent_caf_lot.id]))[play.cast.referent_caf_lot.id].reason == (
        "temporary"
    )


async def test_what_is_refused_for_our_own_sake_makes_no_mailbox_dead(play: Play) -> None:
    play.server.refusals[JULIEN] = "554 5.7.1 Message rejected by policy"

    assert await play.write_to_julien() == "waiting" and not await play.is_dead()


async def test_a_relay_that_refuses_several_domains_makes_no_mailbox_dead(play: Play) -> None:
    people = [play.cast.referent_caf_lot.id, play.cast.referent_msa_lot.id, play.cast.agent_lot.id]
    for number, person in enumerate(people):
        await Person.update({Person.address: f"a@domaine{number}.fr"}).where(Person.id == person)
        play.server.refusals[f"a@domaine{number}.fr"] = NO_SUCH_USER
    await queue_emails(EmailKind.ADDED, people, now=play.clock.now)
    for _ in range(3):
        await play.worker.deliver_due()
        play.clock.advance(minutes=6)
    assert await Email.count().where(Email.state == "waiting") == 3 and not await Undelivered.exists()

    del play.server.refusals["a@domaine0.fr"]
    for _ in range(3):
        play.clock.advance(minutes=31)
        await play.worker.deliver_due()

    assert set(await find_dead_mailboxes(people)) == set(people[1:]), "one email left: the others are refused apart"


async def test_a_relay_that_refuses_everyone_of_one_domain_makes_no_mailbox_dead(play: Play) -> None:
    one = play.cast
    people = [one.agent_lot, one.colleague_lot, one.referent_caf_lot, one.referent_msa_lot, one.manager_caf_lot]
    assert len({person.address.partition("@")[2] for person in people}) == 1
    play.server.refusals.update({person.address: NO_SUCH_USER for person in people})
    await queue_emails(EmailKind.ADDED, [person.id for person in people], now=play.clock.now)
    for _ in range(3):
        await play.worker.deliver_due()
        play.clock.advance(minutes=6)

    assert await Email.count().where(Email.state == "waiting") == 5 and not await Undelivered.exists()


async def test_its_team_cannot_be_chosen_and_is_counted(play: Play) -> None:
    await Person.update({Person.active: False}).where(Person.id == play.cast.manager_caf_lot.id)
    assert await find_obstacle("CAF") is None
    play.server.refusals[JULIEN] = NO_SUCH_USER
    await play.write_to_julien()

    assert await find_obstacle("CAF") == Obstacle.NO_READER
    assert await count_people(play.cast.admin, PersonView.UNREACHABLE) == 1
    line = (await list_people(play.cast.admin, PersonFilters(PersonView.UNREACHABLE))).lines[0]
    assert line.id == play.cast.referent_caf_lot.id and line.unreachable


async def find_obstacle(acronym: str) -> Obstacle | None:
    return {one.acronym: one.obstacle for one in await list_organisations_in_area("46", None)}[acronym]


async def test_a_colleague_whose_mailbox_lives_keeps_the_team(play: Play) -> None:
    play.server.refusals[JULIEN] = NO_SUCH_USER
    await play.write_to_julien()

    assert await find_obstacle("CAF") is None


async def test_the_manager_is_told_once_with_a_link_and_no_name(play: Play) -> None:
    play.server.refusals[JULIEN] = NO_SUCH_USER
    await play.write_to_julien()
    await play.write_to_julien()
    await play.worker.deliver_due()

    received = [letter for letter in play.server.received if letter["To"] == HELENE]
    assert len(received) == 1 and "n’arrivent pas" in received[0]["Subject"]
    text = received[0].get_body(("plain",)).get_content()
    assert "/membres" in text and "Julien" not in text and JULIEN not in text


async def test_a_manager_who_is_no_longer_one_is_not_told(play: Play) -> None:
    play.server.refusals[JULIEN] = NO_SUCH_USER
    await queue_emails(EmailKind.ADDED, [play.cast.referent_caf_lot.id], now=play.clock.now)
    await play.worker.deliver_due()
    await Person.update({Person.active: False}).where(Person.id == play.cast.manager_caf_lot.id)
    play.clock.advance(minutes=6)
    await play.worker.deliver_due()

    notified = await Email.select(Email.person).where(Email.kind == "undelivered")
    assert [row["person"] for row in notified] == [play.cast.supervisor_lot.id], "who keeps a team without a manager"


@pytest.mark.parametrize("way", ["email", "login"])
async def test_it_is_alive_again_once_an_email_arrives_or_its_person_logs_in(play: Play, way: str) -> None:
    play.server.refusals[JULIEN] = FULL
    await play.write_to_julien()
    assert await play.is_dead()

    if way == "login":
        await begin_session(play.cast.referent_caf_lot.id, remember=False, browser="b", now=play.clock.now)
    else:
        play.server.refusals.clear()
        await play.write_to_julien()

    assert not await play.is_dead()
    play.server.refusals[JULIEN] = FULL
    await play.write_to_julien()
    assert await play.is_dead() and await Email.count().where(Email.kind == "undelivered") == 1, "one email a month"


async def test_a_dead_shared_address_is_known_and_its_managers_told(play: Play, case_id: UUID, now: datetime) -> None:
    caf = await Team.select(Team.id).where(Team.name == "CAF du Lot").first()
    assert caf
    await Team.update({Team.shared_address: "equipe@exemple.fr"}).where(Team.id == caf["id"])
    play.server.refusals["equipe@exemple.fr"] = NO_SUCH_USER
    await queue_team_emails(EmailKind.NEW_CASE, [caf["id"]], now=now, case_id=case_id)
    await play.worker.deliver_due()
    play.clock.advance(minutes=6)
    await play.worker.deliver_due()

    assert await find_dead_shared_address(caf["id"]) and await find_obstacle("CAF") is None
    assert await Email.exists().where(Email.kind == "undelivered", Email.person == play.cast.manager_caf_lot.id)
