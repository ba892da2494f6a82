"""An address changes once its mailboxes have confirmed it, and never otherwise."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from app.cast import Cast
from app.domain.account_keeping.address_change import (
    OWN_VALIDITY,
    ask_own_address,
    ask_person_address,
    find_pending_change,
)
from app.domain.account_keeping.address_confirmation import ConfirmationState, confirm_address, load_confirmation
from app.domain.authentication.address_link import ConfirmingMailbox
from app.domain.authentication.retention import CHANGE_RETENTION, delete_old_logins
from app.domain.members.managers import remove_manager
from app.tests.support.address_changes import address_of, link_of
from app.tests.support.members_fixtures import FindTeam
from db.tables.address_changes import AddressChange
from db.tables.audit import AuditEntry
from db.tables.members import Invitation
from db.tables.people import Person

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker

NEW, FORMER = ConfirmingMailbox.NEW, ConfirmingMailbox.FORMER
ADDRESS = "julien.neuf@exemple.fr"


@pytest.mark.parametrize("order", [(NEW, FORMER), (FORMER, NEW)])
async def test_ones_own_address_changes_once_both_mailboxes_have_confirmed(
    cast: Cast, now: datetime, order: tuple[ConfirmingMailbox, ConfirmingMailbox]
) -> None:
    julien, (first, second) = cast.referent_caf_lot, order
    await ask_own_address(julien, "Julien <JULIEN.neuf@exemple.fr>", now)
    for _ in range(2):
        seen = await confirm_address(await link_of(first, julien), now)
    assert seen.state == ConfirmationState.WAITING and await address_of(julien) == julien.address

    assert (await confirm_address(await link_of(second, julien), now)).state == ConfirmationState.DONE

    assert await address_of(julien) == ADDRESS
    assert (await load_confirmation(await link_of(first, julien), now)).state == ConfirmationState.DONE
    assert await find_pending_change(julien.id, now) is None
    assert await Person.exists().where(Person.id == julien.id, Person.search_text.like(f"%{ADDRESS}%"))


async def test_both_mailboxes_at_once_change_it_once(cast: Cast, now: datetime) -> None:
    await ask_own_address(cast.referent_caf_lot, ADDRESS, now)
    links = [await link_of(mailbox, cast.referent_caf_lot) for mailbox in (NEW, FORMER)]

    await asyncio.gather(*(confirm_address(link, now) for link in links))

    assert await address_of(cast.referent_caf_lot) == ADDRESS
    assert await AuditEntry.count().where(AuditEntry.action == "address.changed") == 1


async def test_a_right_that_was_lost_before_the_confirmation_changes_nothing(
    cast: Cast, now: datetime, find_team: FindTeam
) -> None:
    julien = cast.referent_caf_lot
    await ask_person_address(cast.manager_caf_lot, julien.id, ADDRESS, now)
    link = await link_of(NEW, julien)
    await remove_manager(cast.admin, await find_team("CAF du Lot"), cast.manager_caf_lot.id, now)

    assert (await confirm_address(link, now)).state == ConfirmationState.LAPSED

    assert await address_of(julien) == julien.address


async def test_an_address_with_an_account_is_told_to_its_own_mailbox_alone(
    cast: Cast, now: datetime, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    """What the person who asks sees is the same as for an unknown address."""
    julien, taken = cast.referent_caf_lot, cast.referent_msa_lot.address
    await ask_own_address(julien, taken, now)
    pending = await find_pending_change(julien.id, now)
    assert pending and pending.address == taken
    await email_worker.deliver_due()
    assert [letter.subject for letter in await email_folder.read(taken)] == ["Confirmez votre nouvelle adresse mail"]

    for mailbox in (NEW, FORMER):
        assert (await confirm_address(await link_of(mailbox, julien), now)).state == ConfirmationState.TAKEN

    assert await address_of(julien) == julien.address


async def test_a_link_that_is_late_cut_or_replaced_changes_nothing(cast: Cast, now: datetime) -> None:
    julien = cast.referent_caf_lot
    await ask_own_address(julien, ADDRESS, now)
    replaced = await link_of(NEW, julien)
    await ask_own_address(julien, "autre@exemple.fr", now)
    link = await link_of(NEW, julien)
    for tried, at, state in (
        (replaced, now, ConfirmationState.UNKNOWN),
        (link[:-1], now, ConfirmationState.CUT),
        (link, now + OWN_VALIDITY, ConfirmationState.EXPIRED),
    ):
        assert (await confirm_address(tried, at)).state == state
    assert not await AddressChange.exists().where(AddressChange.address_confirmed_at.is_not_null())

    await delete_old_logins(now + OWN_VALIDITY + CHANGE_RETENTION)

    assert not await AddressChange.exists()


async def test_invitations_that_wait_follow_the_person(cast: Cast, now: datetime, find_team: FindTeam) -> None:
    julien = cast.referent_caf_lot
    both, one = await find_team("MSA du Lot"), await find_team("CPAM du Lot")
    for number, (team, address) in enumerate([(both, julien.address), (both, ADDRESS), (one, julien.address)]):
        row = Invitation(
            reference=f"{number:016}",
            token_hash="",
            address=address,
            team=team,
            invited_by=cast.admin.id,
            invited_at=now,
            expires_at=now + timedelta(days=7),
        )
        await Invitation.insert(row)
    await ask_person_address(cast.admin, julien.id, ADDRESS, now + timedelta(seconds=1))
    await confirm_address(await link_of(NEW, julien), now)

    rows = await Invitation.select(Invitation.team, Invitation.address).order_by(Invitation.id)
    assert [(row["team"], row["address"]) for row in rows] == [(both, ADDRESS), (one, ADDRESS)]
