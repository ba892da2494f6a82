"""The emails about an account that is not used, as they arrive."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.cast import Cast
from app.domain.authentication.sessions import begin_session
from app.domain.reorganisation.inactivity import close_idle_accounts
from db.tables.members import Membership
from db.tables.people import Person

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker
    from app.tests.support.fixtures import Clock


async def pass_days(email_worker: EmailWorker, clock: Clock, *days: int) -> None:
    for number in days:
        await close_idle_accounts(clock.advance(days=number))
        await email_worker.deliver_due()


async def only_idle(cast: Cast, now: datetime) -> None:
    await Person.update({Person.idle_from: (now + timedelta(days=9_999)).date()}, force=True)
    await Person.update({Person.idle_from: now.date()}).where(Person.id == cast.agent_cher.id)
    office = cast.agent_cher.seats[0].team_id
    await Membership.delete().where(Membership.team == office, Membership.person != cast.agent_cher.id)


async def test_warnings_and_closing_arrive_and_say_whom_to_ask(
    cast: Cast, email_worker: EmailWorker, email_folder: FolderTransport, clock: Clock
) -> None:
    await only_idle(cast, clock.now)

    await pass_days(email_worker, clock, 120, 30, 30)

    closed, second, first = await email_folder.read(cast.agent_cher.address)
    assert [first.subject, second.subject, closed.subject] == [
        "Vous n’êtes pas venu depuis quatre mois",
        "Votre compte sera fermé dans un mois",
        "Votre compte est fermé",
    ]
    assert "/login" in first.text and "/login" not in closed.text and "Odile Garnier, admin@exemple.fr" in closed.text
    (keeper,) = await email_folder.read(cast.admin.address)
    assert keeper.subject == "Une équipe n’aura bientôt plus personne"
    assert "Inès Moreau, agent.cher@exemple.fr, est la seule personne de cette équipe" in keeper.text
    assert "Équipe « France Services de démonstration du Cher »" in keeper.text


async def test_who_came_back_before_the_email_leaves_is_named_to_no_keeper(
    cast: Cast, email_worker: EmailWorker, email_folder: FolderTransport, clock: Clock
) -> None:
    await only_idle(cast, clock.now)
    await pass_days(email_worker, clock, 120)
    await close_idle_accounts(clock.advance(days=30))
    await begin_session(cast.agent_cher.id, remember=False, browser="t", now=clock.now)

    await email_worker.deliver_due()

    assert await email_folder.read(cast.admin.address) == []
