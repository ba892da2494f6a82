"""An email notifies the managers of a team of who was invited or added to it, and by whom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor, load_actor
from app.domain.members.invitation import cancel_invitation, invite_to_team, resend_invitation
from app.domain.members.manager_notices import MAX_NAMES
from app.domain.members.managers import add_manager, remove_manager
from app.domain.teams.teams import add_member
from db.tables.email import Email
from db.tables.members import Invitation, Membership
from db.tables.people import Person

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker
    from app.tests.support.fixtures import Clock

TeamOf = Callable[[str], Awaitable[int]]
CAF = "CAF du Lot"
SUBJECT = "Qui vient d’être invité ou ajouté dans votre équipe"


async def again(actor: Actor) -> Actor:
    found = await load_actor(actor.id)
    assert found is not None
    return found


@pytest.fixture
async def second(cast: Cast, find_team: TeamOf, clock: Clock) -> Actor:
    """Julien, now a manager of the CAF beside Hélène."""
    await add_manager(cast.admin, await find_team(CAF), cast.referent_caf_lot.id, clock.now)
    return await again(cast.referent_caf_lot)


async def test_one_letter_says_who_was_invited_and_by_whom(
    cast: Cast, find_team: TeamOf, clock: Clock, email_worker: EmailWorker, email_folder: FolderTransport, second: Actor
) -> None:
    """Of a known address it shows what was typed, as of an unknown one."""
    typed = f"Zoé Neuve <zoe@exemple.fr>\n{cast.agent_cher.address}\npas une adresse"
    await invite_to_team(cast.manager_caf_lot, await find_team(CAF), typed, clock.now)

    await email_worker.deliver_due()

    (letter,) = await email_folder.read(second.address)
    assert letter.subject == SUBJECT and f"/equipes/{await find_team(CAF)}/membres" in letter.text
    assert "Hélène Marty, responsable.caf.lot@exemple.fr, dans l’équipe « CAF du Lot »" in letter.text
    assert "invitation envoyée à Zoé Neuve, zoe@exemple.fr" in letter.text
    assert f"invitation envoyée à {cast.agent_cher.address}" in letter.text
    assert cast.agent_cher.last_name not in letter.text
    assert await email_folder.read(cast.manager_caf_lot.address) == [], "not the one who did it"


async def test_an_admin_and_a_supervisor_are_named_to_the_managers(
    cast: Cast, find_team: TeamOf, clock: Clock, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    """They could invite an address of their own to read the team’s cases: its managers learn it at once."""
    for one in (cast.admin, cast.supervisor_lot):
        await invite_to_team(one, await find_team(CAF), f"{one.id}@exemple.fr", clock.advance(seconds=1))

    await email_worker.deliver_due()

    texts = " ".join(letter.text for letter in await email_folder.read(cast.manager_caf_lot.address))
    for one in (cast.admin, cast.supervisor_lot):
        assert one.full_name in texts and f"{one.id}@exemple.fr" in texts


async def test_a_taken_over_invitation_makes_a_letter_and_a_repeat_none(
    cast: Cast, find_team: TeamOf, clock: Clock, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    team_id = await find_team(CAF)
    await invite_to_team(cast.manager_caf_lot, team_id, "zoe@exemple.fr", clock.now)
    (row,) = await Invitation.select(Invitation.id)
    for _ in range(3):
        await resend_invitation(cast.manager_caf_lot, team_id, row["id"], clock.advance(minutes=20))
        await resend_invitation(cast.supervisor_lot, team_id, row["id"], clock.advance(minutes=20))
        await resend_invitation(cast.supervisor_lot, team_id, row["id"], clock.advance(minutes=20))
    await invite_to_team(cast.supervisor_lot, team_id, "zoe@exemple.fr", clock.advance(minutes=20))

    assert await Email.count().where(Email.kind == "joining") == 3
    await email_worker.deliver_due()
    letters = await email_folder.read(cast.manager_caf_lot.address)
    assert len(letters) == 1 and "Yves Cazals" in letters[0].text, "only the last holder is still true"


async def test_cancelling_one_hides_none_of_the_others(
    cast: Cast, find_team: TeamOf, clock: Clock, email_worker: EmailWorker, email_folder: FolderTransport, second: Actor
) -> None:
    """Mail is down; the first of the list is cancelled before it is up again."""
    team_id = await find_team(CAF)
    await invite_to_team(cast.manager_caf_lot, team_id, "leurre@exemple.fr, complice@exemple.fr", clock.now)
    row = await Invitation.select(Invitation.id).where(Invitation.address == "leurre@exemple.fr").first()
    assert row is not None
    await cancel_invitation(cast.manager_caf_lot, team_id, row["id"], clock.now)
    await resend_invitation(cast.manager_caf_lot, team_id, row["id"] + 1, clock.advance(seconds=5))

    await email_worker.deliver_due()

    (letter,) = await email_folder.read(second.address)
    assert "complice@exemple.fr" in letter.text and "leurre" not in letter.text


async def test_only_present_managers_who_have_come_get_the_letter(
    cast: Cast, find_team: TeamOf, clock: Clock, email_worker: EmailWorker, email_folder: FolderTransport, second: Actor
) -> None:
    team_id = await find_team(CAF)
    await add_member(cast.newcomer_lot.id, team_id, manager=True)
    await add_member(cast.agent_cher.id, team_id)
    await invite_to_team(cast.admin, team_id, "zoe@exemple.fr", clock.now)
    people = {row["person"] for row in await Email.select(Email.person).where(Email.kind == "joining")}
    assert people == {cast.manager_caf_lot.id, second.id}
    await remove_manager(cast.admin, team_id, second.id, clock.now)
    await Person.update({Person.active: False}).where(Person.id == cast.manager_caf_lot.id)

    await email_worker.deliver_due()

    assert await email_folder.read(second.address) == [] == await email_folder.read(cast.manager_caf_lot.address)
    assert await Membership.exists().where(Membership.person == second.id)


async def test_a_long_list_is_cut_and_counted(
    cast: Cast, find_team: TeamOf, clock: Clock, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    await invite_to_team(
        cast.admin, await find_team(CAF), "\n".join(f"p{at}@exemple.fr" for at in range(MAX_NAMES + 5)), clock.now
    )

    await email_worker.deliver_due()

    (letter,) = await email_folder.read(cast.manager_caf_lot.address)
    assert letter.text.count("invitation envoyée à") == MAX_NAMES and "et 5 autres" in letter.text
