"""Whoever is created in a team is invited to it when the admin ticked so, and by no other way."""

from typing import TYPE_CHECKING

from app.cast import Cast
from app.domain.imports.applying import work_next
from app.domain.imports.kinds import ListKind
from app.domain.imports.listing import import_of
from app.domain.imports.sending import apply_list
from app.domain.signup.acceptance import InvitationState, accept
from app.settings import settings
from app.tests.support.imports_fixtures import PEOPLE, apply, listed, preview
from db.tables import Invitation, Letter, Membership

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderMail
    from app.gateways.email.worker import Postman
    from app.tests.support.fixtures import Clock

ROWS = ["Zoé;;zoe@exemple.fr;;;CAF du Lot;;;", ";;zoe@exemple.fr;;;MSA du Lot;;;", "Ana;;ana@exemple.fr;;;;;;"]


def people(cast: Cast) -> bytes:
    return listed(PEOPLE, *ROWS, f";;{cast.referent_caf_lot.address};;;MSA du Lot;;;")


async def test_no_new_person_is_written_to_unless_the_admin_ticks_it(
    cast: Cast, clock: "Clock", postman: "Postman", letterbox: "FolderMail"
) -> None:
    """Who had come before gets a letter about their new team, and the managers of the teams learn who came."""
    done = await apply(cast, await preview(cast, ListKind.PEOPLE, people(cast), clock.now), clock.now)

    assert done.invited == 0 == await Invitation.count()
    assert await postman.deliver_due() == await Letter.count() == 2
    assert await letterbox.read("zoe@exemple.fr") == [] == await letterbox.read("ana@exemple.fr")
    [letter] = await letterbox.read(cast.referent_caf_lot.address)
    assert letter.subject == "Vous faites partie d’une nouvelle équipe" and "L’administration" in letter.text
    [manager] = await letterbox.read(cast.manager_caf_lot.address)
    assert "Odile Garnier" in manager.text and "ajout de Zoé, zoe@exemple.fr" in manager.text
    assert "MSA" not in manager.text


async def test_each_who_is_created_in_a_team_has_one_letter_with_a_link_that_works(
    cast: Cast, clock: "Clock", postman: "Postman", letterbox: "FolderMail"
) -> None:
    sent = await preview(cast, ListKind.PEOPLE, people(cast), clock.now)
    await apply_list(cast.admin, sent, now=clock.now, invite=True)
    await work_next(clock)
    assert (await import_of(cast.admin, sent)).invited == 1

    assert await postman.deliver_due() == 3, "the invitation; to who had come before, and to the CAF's manager"
    [letter] = await letterbox.read("zoe@exemple.fr")
    assert letter.subject == "Vous êtes invité à rejoindre une équipe" and "CAF du Lot" in letter.text
    link = letter.text.split(f"{settings.public_url}/invitations/")[1].split()[0]
    offer = await accept(link, browser="tests", network="192.0.2.0", now=clock.now)
    assert offer.state == InvitationState.READY
    assert await Membership.count().where(Membership.person.address == "zoe@exemple.fr") == 2
