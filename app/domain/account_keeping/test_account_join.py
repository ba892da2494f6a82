"""Two accounts of one person: who asks to join them, who confirms, and what opens nothing afterwards."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from app.cast import Cast
from app.domain.account_keeping import address_confirmation
from app.domain.account_keeping.account_join import JoinCheck, ask_join, preview_join
from app.domain.account_keeping.account_merge import merge_account
from app.domain.account_keeping.address_change import cancel_own_change
from app.domain.account_keeping.address_confirmation import ConfirmationState, confirm_address
from app.domain.accounts.actor import Actor, PlatformRole, load_actor
from app.domain.authentication.address_link import ConfirmingMailbox
from app.domain.authentication.login_link import request_login_link
from app.domain.authentication.replace_address import lock_address
from app.domain.errors import AccessDenied, Conflict, Forbidden, Invalid, NotFound
from app.domain.people.roles import Roles, change_roles, load_roles
from app.domain.reorganisation.deactivation import reactivate_account
from app.domain.reorganisation.erasure_request import request_erasure
from app.tests.support.address_changes import link_of
from app.tests.support.members_fixtures import FindTeam
from db.engine import transaction
from db.tables.audit import AuditEntry
from db.tables.members import Membership
from db.tables.people import Person

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker

NEW, FORMER = ConfirmingMailbox.NEW, ConfirmingMailbox.FORMER


async def ask(cast: Cast, ends: Actor, stays: Actor, check: JoinCheck, now: datetime) -> None:
    shown = await preview_join(cast.admin, ends.id, stays.address)
    await ask_join(cast.admin, ends.id, stays.address, check, shown.preview_version, now)


async def is_open(person: Actor) -> bool:
    return await load_actor(person.id) is not None


@pytest.mark.parametrize(
    ("check", "confirming"), [(JoinCheck.MAILBOXES, (FORMER, NEW)), (JoinCheck.CALLED, (NEW,))], ids=["both", "dead"]
)
async def test_the_mailboxes_that_the_check_asks_for_join_the_accounts(
    cast: Cast, now: datetime, check: JoinCheck, confirming: tuple[ConfirmingMailbox, ...]
) -> None:
    ends, stays = cast.referent_msa_lot, cast.referent_caf_lot
    await ask(cast, ends, stays, check, now)
    for mailbox in confirming:
        assert await is_open(ends)
        state = (await confirm_address(await link_of(mailbox, ends), now)).state

    assert state == ConfirmationState.DONE and not await is_open(ends)
    again = await load_actor(stays.id)
    assert again and [seat.team_name for seat in again.seats] == ["CAF du Lot", "MSA du Lot"]
    row = await Person.select().where(Person.id == ends.id).first()
    assert row and row["merged_into"] == stays.id and row["address"] == ends.address
    assert (row["first_name"], row["last_name"]) == (stays.first_name, stays.last_name)
    asked = "join.asked" if check == JoinCheck.MAILBOXES else f"join.asked.{check}"
    for action in (asked, "account.joined"):
        (line,) = await AuditEntry.select().where(AuditEntry.action == action)
        assert (line["person_id"], line["target_person_id"]) == (cast.admin.id, ends.id)


async def test_the_former_address_opens_nothing_and_its_letter_says_where_the_account_continues(
    cast: Cast, now: datetime, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    ends, stays = cast.referent_msa_lot, cast.referent_caf_lot
    await ask(cast, ends, stays, JoinCheck.SEEN, now)
    await email_worker.deliver_due()
    assert [one.subject for one in await email_folder.read(ends.address)] == [
        "La réunion de vos deux comptes est demandée"
    ]
    assert [one.subject for one in await email_folder.read(stays.address)] == [
        "Confirmez la réunion de vos deux comptes"
    ]
    await confirm_address(await link_of(NEW, ends), now)

    for address in (ends.address, "inconnue@exemple.fr"):
        await request_login_link(address, browser="b", network="n", remember=False, next_path="", now=now)
    await email_worker.deliver_due()

    assert (await email_folder.read(stays.address))[0].subject == "Vos deux comptes sont réunis"
    subjects = {letter.subject: letter.text for letter in await email_folder.read(ends.address)}
    for subject in ("Votre compte continue à une autre adresse", "Votre compte est fermé"):
        assert stays.address in subjects[subject] and "/login/lien/" not in subjects[subject]
    assert not await email_folder.read("inconnue@exemple.fr")
    with pytest.raises(Conflict):
        await reactivate_account(cast.admin, ends.id, now)


async def test_a_role_one_s_own_account_and_a_closed_one_are_refused(cast: Cast, now: datetime) -> None:
    for person, other, refused in (
        (cast.supervisor_lot, cast.agent_lot, Forbidden),
        (cast.expert, cast.agent_lot, Forbidden),
        (cast.agent_lot, cast.admin, Forbidden),
        (cast.agent_lot, cast.agent_lot, Invalid),
    ):
        with pytest.raises(refused):
            await preview_join(cast.admin, person.id, other.address)
    with pytest.raises(Invalid):
        await preview_join(cast.admin, cast.agent_lot.id, "inconnue@exemple.fr")
    await Person.update({Person.active: False}).where(Person.id == cast.agent_cher.id)
    with pytest.raises(Conflict):
        await preview_join(cast.admin, cast.agent_cher.id, cast.agent_lot.address)
    for actor in (cast.supervisor_lot, cast.manager_caf_lot):
        with pytest.raises(AccessDenied):
            await preview_join(actor, cast.referent_caf_lot.id, cast.agent_lot.address)
    with pytest.raises(NotFound):
        await preview_join(cast.admin, 2**31 - 1, cast.agent_lot.address)


async def test_a_preview_that_is_old_a_check_that_is_missing_and_a_change_of_mind_join_nothing(
    cast: Cast, now: datetime, find_team: FindTeam
) -> None:
    ends, stays = cast.referent_msa_lot, cast.referent_caf_lot
    version = (await preview_join(cast.admin, ends.id, stays.address)).preview_version
    with pytest.raises(Invalid):
        await ask_join(cast.admin, ends.id, stays.address, None, version, now)
    with pytest.raises(Conflict):
        await ask_join(cast.admin, ends.id, stays.address, JoinCheck.SEEN, "old", now)
    await ask(cast, ends, stays, JoinCheck.SEEN, now)
    link = await link_of(NEW, ends)
    await Person.update({Person.platform_role: "supervisor"}).where(Person.id == ends.id)
    assert (await confirm_address(link, now)).state == ConfirmationState.LAPSED
    await Person.update({Person.platform_role: "member"}).where(Person.id == ends.id)

    await cancel_own_change(ends, now)

    assert (await confirm_address(link, now)).state == ConfirmationState.UNKNOWN and await is_open(ends)


async def test_an_admin_gets_no_seat_by_a_join_even_one_that_became_so_since(cast: Cast, now: datetime) -> None:
    ends, stays = cast.referent_msa_lot, cast.expert
    await ask(cast, ends, stays, JoinCheck.SEEN, now)
    given = (await load_roles(cast.admin, stays.id)).version
    await change_roles(cast.admin, stays.id, Roles(PlatformRole.ADMIN), given, now)

    assert (await confirm_address(await link_of(NEW, ends), now)).state == ConfirmationState.LAPSED
    with pytest.raises(Forbidden, match="membre d’aucune équipe"):
        await preview_join(cast.admin, ends.id, stays.address)
    with pytest.raises(Forbidden, match="membre d’aucune équipe"):
        async with transaction():
            await merge_account(ends.id, stays.id, now, by=cast.admin.id)

    assert not await Membership.exists().where(Membership.person == stays.id)
    await Membership.delete().where(Membership.person == ends.id)
    assert (await preview_join(cast.admin, ends.id, stays.address)).stays.id == stays.id, "without a seat it is no harm"


async def test_a_role_that_is_given_while_the_mailbox_confirms_seats_no_admin(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends, stays = cast.referent_msa_lot, cast.expert
    await ask(cast, ends, stays, JoinCheck.SEEN, now)
    given = (await load_roles(cast.admin, stays.id)).version
    locked = asyncio.Event()

    async def lock_and_say(address: str) -> None:
        await lock_address(address)
        locked.set()
        await asyncio.sleep(0.2)

    monkeypatch.setattr(address_confirmation, "lock_address", lock_and_say)

    async def give_role() -> None:
        await locked.wait()
        with pytest.raises(Invalid, match="membre d’aucune équipe"):
            await change_roles(cast.admin, stays.id, Roles(PlatformRole.ADMIN), given, now)

    await asyncio.gather(confirm_address(await link_of(NEW, ends), now), give_role())

    joined = await load_actor(stays.id)
    assert joined and joined.role == PlatformRole.MEMBER and joined.seats


@pytest.mark.parametrize("asks", ["ends", "stays"])
async def test_an_erasure_that_waits_is_not_lost_in_a_join(cast: Cast, now: datetime, asks: str) -> None:
    ends, stays = cast.referent_msa_lot, cast.referent_caf_lot
    await ask(cast, ends, stays, JoinCheck.SEEN, now)
    await request_erasure(ends if asks == "ends" else stays, now)

    assert (await confirm_address(await link_of(NEW, ends), now)).state == ConfirmationState.LAPSED
    with pytest.raises(Conflict, match="effacement"):
        await preview_join(cast.admin, ends.id, stays.address)
    assert await is_open(ends)
