"""The emails about a team that answers nothing: to its supervisor, without the case; to the agent, while it is true."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import PlatformRole
from app.domain.cases.lifecycle.late_notices import send_late_notices
from app.domain.cases.thread.posting import post_message
from app.domain.email.preferences import change_email_frequency
from app.domain.email.schedule import EmailFrequency
from app.domain.teams.permissions import load_visible_team
from app.tests.support.cases_fixtures import clear_rate_limits
from app.tests.support.members_fixtures import FindTeam
from db.tables.people import Person, Supervision
from db.tables.teams import Team, TeamArea

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker
    from app.tests.support.cases_fixtures import NewCase
    from app.tests.support.fixtures import Clock

SUBJECT = "Une équipe que vous suivez n’a pas répondu"
Wait = Callable[[int], Awaitable[None]]
Change = Callable[[Cast, int], Awaitable[object]]


@pytest.fixture
def wait(email_worker: EmailWorker, clock: Clock) -> Wait:
    """Lets these days pass, then tells of what is late and sends what is due."""

    async def wait(days: int) -> None:
        clock.advance(days=days)
        await send_late_notices(clock.now)
        await email_worker.deliver_due()

    return wait


async def test_a_supervisor_learns_which_team_and_nothing_of_the_case(
    cast: Cast, case_id: UUID, find_team: FindTeam, clock: Clock, email_folder: FolderTransport, wait: Wait
) -> None:
    await post_message(cast.referent_caf_lot, case_id, "Je regarde", key="a", now=clock.now)
    await wait(14)
    assert await email_folder.read(cast.supervisor_lot.address) == []

    await wait(2)

    (letter,) = await email_folder.read(cast.supervisor_lot.address)
    team_id = await find_team("MSA du Lot")
    assert letter.subject == SUBJECT and "Équipe « MSA du Lot » :" in letter.text
    assert f"/equipes/{team_id}\r\n" in letter.text and "/demandes/" not in letter.text
    assert "depuis quinze jours ou plus" in letter.text and "Voir l’équipe" in letter.html
    assert (await load_visible_team(cast.supervisor_lot, team_id))[0].name == "MSA du Lot"


async def test_a_team_is_named_once_a_day_for_all_its_cases(
    cast: Cast, new_case: NewCase, email_folder: FolderTransport, wait: Wait
) -> None:
    for _ in range(3):
        await new_case("CAF")
    await wait(16)
    assert len(await email_folder.read(cast.supervisor_lot.address)) == 1

    await wait(15)

    assert len(await email_folder.read(cast.supervisor_lot.address)) == 2


async def unsupervise(cast: Cast, team_id: int) -> None:
    await Supervision.delete().where(Supervision.person == cast.supervisor_lot.id)


async def demote(cast: Cast, team_id: int) -> None:
    await Person.update({Person.platform_role: PlatformRole.MEMBER}).where(Person.id == cast.supervisor_lot.id)


async def move_team(cast: Cast, team_id: int) -> None:
    await TeamArea.update({TeamArea.area: "18"}).where(TeamArea.team == team_id)


async def shut(cast: Cast, team_id: int) -> None:
    await Team.update({Team.closed_at: datetime(2026, 11, 24, tzinfo=UTC)}).where(Team.id == team_id)


@pytest.mark.parametrize("change", [unsupervise, demote, move_team, shut], ids=lambda change: change.__name__)
async def test_the_letter_leaves_only_to_a_supervisor_of_the_open_team(
    change: Change,
    cast: Cast,
    new_case: NewCase,
    find_team: FindTeam,
    email_worker: EmailWorker,
    email_folder: FolderTransport,
    clock: Clock,
) -> None:
    await new_case("MSA")
    assert await send_late_notices(clock.advance(days=16)) > 0
    await change(cast, await find_team("MSA du Lot"))

    await email_worker.deliver_due()

    assert await email_folder.read(cast.supervisor_lot.address) == []


async def test_the_agents_digest_says_it_while_a_team_has_answered_nothing(
    cast: Cast, case_id: UUID, clock: Clock, email_folder: FolderTransport, email_worker: EmailWorker, wait: Wait
) -> None:
    """The CAF is late again, but has answered once: once the MSA answers too, there is nothing to say."""
    await post_message(cast.referent_caf_lot, case_id, "Je regarde", key="a", now=clock.now)
    await post_message(cast.agent_lot, case_id, "Merci", key="b", now=clock.advance(minutes=5))
    await change_email_frequency(cast.agent_lot, EmailFrequency.DAILY, clock.now)
    await wait(30)
    clock.advance(hours=1)
    await email_worker.deliver_due()
    sent = [letter.text for letter in await email_folder.read(cast.agent_lot.address)]
    assert "un organisme n’a rien répondu depuis un mois ou plus" in sent[0]

    await wait(30)
    await clear_rate_limits()
    await post_message(cast.referent_msa_lot, case_id, "Voici", key=str(uuid4()), now=clock.now + timedelta(minutes=5))
    clock.advance(days=1)
    await email_worker.deliver_due()

    latest = (await email_folder.read(cast.agent_lot.address))[0].text
    assert "un nouveau message" in latest and "rien répondu" not in latest
