"""Who asks for a new address, who reads that it is asked, and what ends when it changes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from app.cast import Cast
from app.domain.account_keeping.account_join import JoinCheck, ask_join, preview_join
from app.domain.account_keeping.address_change import (
    ask_own_address,
    ask_person_address,
    cancel_own_change,
    cancel_person_change,
    find_pending_change,
)
from app.domain.account_keeping.address_confirmation import ConfirmationState, confirm_address
from app.domain.authentication.address_link import ConfirmingMailbox
from app.domain.authentication.login_link import request_login_link
from app.domain.authentication.sessions import begin_session
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound, TooManyRequests
from app.domain.reorganisation.closed_account import close_account
from app.domain.reorganisation.deactivation import reactivate_account
from app.domain.teams.teams import add_member
from app.tests.support.address_changes import address_of, link_of
from app.tests.support.members_fixtures import FindTeam
from db.engine import transaction
from db.tables.audit import AuditEntry
from db.tables.login import LoginLink
from db.tables.people import Person
from db.tables.sessions import Session

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker

NEW, FORMER = ConfirmingMailbox.NEW, ConfirmingMailbox.FORMER
ADDRESS = "julien.neuf@exemple.fr"


async def test_who_keeps_the_account_needs_the_new_mailbox_alone_and_what_was_open_ends(
    cast: Cast, now: datetime, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    julien = cast.referent_caf_lot
    await begin_session(julien.id, remember=False, browser="", now=now)
    await request_login_link(julien.address, browser="b", network="n", remember=False, next_path="", now=now)
    await ask_person_address(cast.manager_caf_lot, julien.id, ADDRESS, now)
    await email_worker.deliver_due()
    announced = (await email_folder.read(julien.address))[0]
    assert announced.subject == "Un changement de votre adresse mail est demandé" and ADDRESS in announced.text
    assert "/adresses/" not in announced.text, "the former mailbox gets no link that confirms"
    assert (await confirm_address(await link_of(FORMER, julien), now)).state == ConfirmationState.CUT

    await confirm_address(await link_of(NEW, julien), now)

    assert await address_of(julien) == ADDRESS
    assert not await Session.exists().where(Session.person == julien.id)
    assert not await LoginLink.exists().where(LoginLink.person == julien.id, LoginLink.expires_at > now)
    await email_worker.deliver_due()
    assert [letter.subject for letter in await email_folder.read(ADDRESS)][:1] == [
        "Votre compte est à cette adresse mail"
    ]
    assert (await email_folder.read(julien.address))[0].subject == "Votre compte n’est plus à cette adresse mail"
    (line,) = await AuditEntry.select().where(AuditEntry.action == "address.changed")
    assert (line["person_id"], line["target_person_id"]) == (cast.manager_caf_lot.id, julien.id)


async def test_only_who_keeps_all_the_account_asks_and_of_a_role_only_another_admin(
    cast: Cast, now: datetime, find_team: FindTeam
) -> None:
    for actor, person, refused in (
        (cast.manager_caf_lot, cast.referent_msa_lot, NotFound),
        (cast.referent_caf_lot, cast.manager_caf_lot, NotFound),
        (cast.manager_caf_lot, cast.manager_caf_lot, Forbidden),
        (cast.admin, cast.admin, Forbidden),
        (cast.supervisor_lot, cast.expert, NotFound),
    ):
        with pytest.raises(refused):
            await ask_person_address(actor, person.id, ADDRESS, now)
    await add_member(cast.referent_caf_lot.id, await find_team("MSA du Lot"))
    await add_member(cast.expert.id, await find_team("CAF du Lot"))
    for person in (cast.referent_caf_lot, cast.expert):
        with pytest.raises(Forbidden):
            await ask_person_address(cast.manager_caf_lot, person.id, ADDRESS, now)
    await ask_person_address(cast.admin, cast.expert.id, ADDRESS, now)
    await Person.update({Person.active: False}).where(Person.id == cast.referent_msa_lot.id)
    with pytest.raises(Conflict):
        await ask_person_address(cast.admin, cast.referent_msa_lot.id, ADDRESS, now)


async def test_the_person_cancels_what_another_asked_and_who_keeps_the_account_too(cast: Cast, now: datetime) -> None:
    julien, keeper = cast.referent_caf_lot, cast.manager_caf_lot
    await ask_person_address(keeper, julien.id, ADDRESS, now)
    link = await link_of(NEW, julien)
    await cancel_own_change(julien, now)
    assert (await confirm_address(link, now)).state == ConfirmationState.UNKNOWN
    await ask_person_address(keeper, julien.id, ADDRESS, now)
    await cancel_person_change(keeper, julien.id, now)
    with pytest.raises(NotFound):
        await cancel_own_change(julien, now)
    assert await find_pending_change(julien.id, now) is None


async def test_the_same_address_or_one_mailbox_again_and_again_is_refused(cast: Cast, now: datetime) -> None:
    julien = cast.referent_caf_lot
    with pytest.raises(Invalid):
        await ask_own_address(julien, julien.address, now)
    for number in range(4):
        await ask_own_address(julien, f"julien+{number}@exemple.fr", now)
    with pytest.raises(TooManyRequests):
        await ask_own_address(julien, "julien@exemple.fr", now)


@pytest.mark.parametrize("by", ["manager", "join", "asker"])
async def test_what_waits_for_a_mailbox_ends_with_the_account_even_reopened(cast: Cast, now: datetime, by: str) -> None:
    """Its own change, a join into it, and one that it asked for another account."""
    julien = cast.referent_caf_lot
    if by == "join":
        closed = cast.referent_msa_lot
        shown = await preview_join(cast.admin, julien.id, closed.address)
        await ask_join(cast.admin, julien.id, closed.address, JoinCheck.SEEN, shown.preview_version, now)
    else:
        closed = cast.manager_caf_lot if by == "asker" else julien
        await ask_person_address(cast.manager_caf_lot, julien.id, ADDRESS, now)
    link = await link_of(NEW, julien)
    async with transaction():
        await close_account(closed.id, now)
    await reactivate_account(cast.admin, closed.id, now)

    assert (await confirm_address(link, now)).state == ConfirmationState.UNKNOWN
    assert await address_of(julien) == julien.address
