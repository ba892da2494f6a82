"""A person created in a team is invited to it only when the admin ticked the box."""

from typing import TYPE_CHECKING

from app.cast import Cast
from app.domain.imports.admin_actions import apply_import
from app.domain.imports.kinds import ImportKind
from app.domain.imports.listing import load_import
from app.domain.imports.worker import process_next_import
from app.domain.signup.acceptance import InvitationState, accept_by_link
from app.settings import settings
from app.tests.support.imports_fixtures import PEOPLE_HEADING, build_csv, preview_import, run_import
from db.tables.email import Email
from db.tables.members import Invitation, Membership

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker
    from app.tests.support.fixtures import Clock

ROWS = ["Zoé;;zoe@exemple.fr;;;CAF du Lot;;;", ";;zoe@exemple.fr;;;MSA du Lot;;;", "Ana;;ana@exemple.fr;;;;;;"]


def people(cast: Cast) -> bytes:
    return build_csv(PEOPLE_HEADING, *ROWS, f";;{cast.referent_caf_lot.address};;;MSA du Lot;;;")


async def test_no_new_person_is_written_to_unless_the_admin_ticks_it(
    cast: Cast, clock: "Clock", email_worker: "EmailWorker", email_folder: "FolderTransport"
) -> None:
    """A person who already had an account gets an email about the new team; the managers learn who joined."""
    done = await run_import(cast, await preview_import(cast, ImportKind.PEOPLE, people(cast), clock.now), clock.now)

    assert done.invited == 0 == await Invitation.count()
    assert await email_worker.deliver_due() == await Email.count() == 2
    assert await email_folder.read("zoe@exemple.fr") == [] == await email_folder.read("ana@exemple.fr")
    [letter] = await email_folder.read(cast.referent_caf_lot.address)
    assert letter.subject == "Vous faites partie d’une nouvelle équipe" and "L’administration" in letter.text
    [manager] = await email_folder.read(cast.manager_caf_lot.address)
    assert "Odile Garnier" in manager.text and "ajout de Zoé, zoe@exemple.fr" in manager.text
    assert "MSA" not in manager.text


async def test_each_who_is_created_in_a_team_has_one_letter_with_a_link_that_works(
    cast: Cast, clock: "Clock", email_worker: "EmailWorker", email_folder: "FolderTransport"
) -> None:
    sent = await preview_import(cast, ImportKind.PEOPLE, people(cast), clock.now)
    await apply_import(cast.admin, sent, now=clock.now, invite=True)
    await process_next_import(clock)
    assert (await load_import(cast.admin, sent)).invited == 1

    assert await email_worker.deliver_due() == 3, "the invitation; to who had come before, and to the CAF's manager"
    [letter] = await email_folder.read("zoe@exemple.fr")
    assert letter.subject == "Vous êtes invité à rejoindre une équipe" and "CAF du Lot" in letter.text
    link = letter.text.split(f"{settings.public_url}/invitations/")[1].split()[0]
    offer = await accept_by_link(link, browser="tests", network="192.0.2.0", now=clock.now)
    assert offer.state == InvitationState.READY
    assert await Membership.count().where(Membership.person.address == "zoe@exemple.fr") == 2
