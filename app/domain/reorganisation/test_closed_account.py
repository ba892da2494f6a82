"""A closed account keeps a name and an address, and after two years not even these."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor, PlatformRole, load_actor
from app.domain.accounts.profile import change_profile
from app.domain.audit.log import RETENTION
from app.domain.authentication.login_link import request_login_link
from app.domain.authentication.provider_identity import bind_identity
from app.domain.authentication.stored_factor import save_factor
from app.domain.errors import Conflict
from app.domain.members.closed_account_notice import load_closed_account_notice
from app.domain.reorganisation.deactivation import deactivate_account, preview_deactivation, reactivate_account
from app.domain.reorganisation.erasure_request import request_erasure
from app.domain.reorganisation.pseudonyms import KEPT_CLOSED, remove_names_of_closed_accounts
from app.domain.signup.retention import delete_old_signups
from db.engine import transaction
from db.piccolo_app import APP_CONFIG
from db.tables.email import Email
from db.tables.login import LoginLink
from db.tables.members import Membership
from db.tables.people import Person, Supervision
from db.tables.proconnect import ProviderIdentity
from db.tables.second_factor import SecondFactor
from db.tables.signup import Signup

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker


@pytest.fixture
async def julien(cast: Cast, now: datetime) -> Actor:
    """With all that an account can keep."""
    person = cast.referent_caf_lot
    said = {"first_name": "Julien", "last_name": "Zibeline", "function": "Référent", "phone": "05 36 49 00 99"}
    await change_profile(person, **said, signature="Le guichet", now=now)
    await Person.update({Person.password_hash: "argon2", Person.email_frequency: "daily"}).where(Person.id == person.id)
    await save_factor(person.id, "JBSWY3DPEHPK3PXP", 1, now)
    async with transaction():
        await bind_identity(person.id, "sub", now)
    return person


async def close(cast: Cast, person: Actor, now: datetime) -> None:
    preview = await preview_deactivation(cast.admin, person.id)
    await deactivate_account(cast.admin, person.id, {}, preview.preview_version, now)


async def read(person: Actor) -> dict[str, Any]:
    row = await Person.select().where(Person.id == person.id).first()
    assert row is not None
    return row


async def test_a_closed_account_keeps_a_name_and_an_address(cast: Cast, julien: Actor, now: datetime) -> None:
    await close(cast, julien, now)

    row = await read(julien)
    assert (row["first_name"], row["last_name"], row["address"]) == ("Julien", "Zibeline", julien.address)
    assert {row[name] for name in ("function", "phone", "signature", "password_hash")} == {""}
    assert row["email_frequency"] == "at_once" and row["closed_at"] == now
    assert {row[name] for name in ("last_seen_on", "idle_from", "terms_accepted_at")} == {None}
    for table in (SecondFactor, ProviderIdentity):
        assert not await table.exists().where(table.person == julien.id)


async def test_opened_again_the_person_says_who_they_are_anew(cast: Cast, julien: Actor, now: datetime) -> None:
    await close(cast, julien, now)
    await reactivate_account(cast.admin, julien.id, now + timedelta(days=200))

    row, actor = await read(julien), await load_actor(julien.id)
    assert actor and actor.seats == julien.seats and not actor.accepted_terms
    assert row["closed_at"] is None and str(row["idle_from"]) == "2027-06-11"


async def test_who_asks_a_link_of_a_closed_account_reads_whom_to_ask(
    cast: Cast, julien: Actor, email_worker: EmailWorker, email_folder: FolderTransport, now: datetime
) -> None:
    await close(cast, julien, now)
    await Email.delete(force=True)

    await request_login_link(julien.address, browser="b", network="n", remember=False, next_path="", now=now)
    await email_worker.deliver_due()
    (letter,) = await email_folder.read(julien.address)

    assert letter.subject == "Votre compte est fermé" and "/login/lien" not in letter.text
    assert "Pour le rouvrir, adressez-vous à :" in letter.text
    assert f"- {cast.manager_caf_lot.full_name}, responsable.caf.lot@exemple.fr" in letter.text
    assert await LoginLink.count().where(LoginLink.person.is_not_null()) == 0, "the link opens nothing"


async def test_a_role_ends_with_the_account(cast: Cast, now: datetime) -> None:
    await Person.update({Person.expert: True}).where(Person.id == cast.supervisor_lot.id)

    await close(cast, cast.supervisor_lot, now)
    await reactivate_account(cast.admin, cast.supervisor_lot.id, now)

    actor = await load_actor(cast.supervisor_lot.id)
    assert actor and actor.role == PlatformRole.MEMBER and not actor.is_expert
    assert not await Supervision.exists().where(Supervision.person == cast.supervisor_lot.id)


async def test_asked_erasure_leaves_no_address_the_day_after(cast: Cast, julien: Actor, now: datetime) -> None:
    await request_login_link(julien.address, browser="b", network="n", remember=False, next_path="", now=now)
    await Signup.insert(Signup(address=julien.address, area="46", asked_at=now))
    await request_erasure(julien, now)
    await close(cast, julien, now)

    assert await remove_names_of_closed_accounts(now + timedelta(days=1)) == 1

    for table in APP_CONFIG.table_classes:
        assert julien.address not in str(await table.select()), table


async def test_two_years_later_no_table_says_who_it_was(cast: Cast, julien: Actor, now: datetime) -> None:
    await close(cast, julien, now)
    assert await remove_names_of_closed_accounts(now + KEPT_CLOSED - timedelta(seconds=1)) == 0

    later = now + KEPT_CLOSED
    assert await remove_names_of_closed_accounts(later) == 1 == 1 + await remove_names_of_closed_accounts(later)

    await delete_old_signups(later)
    for table in APP_CONFIG.table_classes:
        rows = await table.select().run()
        assert not [row for row in rows if "zibeline" in str(row).lower() or julien.address in str(row)], table
    row = await read(julien)
    assert row["last_name"] == "Ancien compte" and row["address"].endswith(".invalid")
    assert not await Membership.exists().where(Membership.person == julien.id)
    assert await load_closed_account_notice(julien.id) is None
    assert RETENTION < KEPT_CLOSED, "the audit log goes before"
    with pytest.raises(Conflict):
        await reactivate_account(cast.admin, julien.id, later)


async def test_an_account_closed_before_dates_were_kept_counts_from_the_first_run(cast: Cast, now: datetime) -> None:
    await Person.update({Person.active: False}).where(Person.id == cast.expert.id)

    assert await remove_names_of_closed_accounts(now) == 0
    assert (await read(cast.expert))["closed_at"] == now
    assert await remove_names_of_closed_accounts(now + KEPT_CLOSED) == 1
