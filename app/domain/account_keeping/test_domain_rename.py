"""A whole domain of addresses renamed in one go: what was previewed is what is done, and each person reads it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app.cast import Cast
from app.domain.account_keeping.domain_places import PlaceKind
from app.domain.account_keeping.domain_rename import preview_domain_rename, rename_domain
from app.domain.account_keeping.domain_rename_plan import DomainRename
from app.domain.authentication.sessions import begin_session
from app.domain.errors import AccessDenied, Conflict, Invalid
from app.tests.support.address_changes import address_of
from app.tests.support.members_fixtures import FindTeam
from db.tables.areas import Area
from db.tables.audit import AuditEntry
from db.tables.email import Email
from db.tables.members import Invitation
from db.tables.people import Person
from db.tables.sessions import Session
from db.tables.signup import Signup
from db.tables.teams import Team
from db.tables.undelivered import Undelivered

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker

OLD, NEW = "pole-emploi.fr", "francetravail.fr"


async def move_to_old_domain(*people: int) -> None:
    for person in people:
        await Person.update({Person.address: f"p{person}@{OLD}"}).where(Person.id == person)


async def build_domain(cast: Cast, now: datetime, team: int) -> None:
    """Two accounts, one of them closed, an address of each other kind, and an account of a subdomain."""
    await move_to_old_domain(cast.referent_caf_lot.id, cast.referent_msa_lot.id)
    await Person.update({Person.active: False}).where(Person.id == cast.referent_msa_lot.id)
    await Person.update({Person.address: f"x@agence.{OLD}"}).where(Person.id == cast.agent_cher.id)
    waits: dict[str, Any] = {"token_hash": "", "team": team, "invited_by": cast.admin.id, "invited_at": now}
    await Invitation.insert(
        Invitation(reference="a" * 16, address=f"zoe@{OLD}", expires_at=now + timedelta(days=1), **waits)
    )
    await Signup.insert(Signup(address=f"ana@{OLD}", area="46", asked_at=now))
    await Team.update({Team.shared_address: f"equipe@{OLD}", Team.contact_address: f"contact@{OLD}"}).where(
        Team.id == team
    )
    await Area.update({Area.contact_address: f"lot@{OLD}"}).where(Area.code == "46")


async def rename(cast: Cast, now: datetime) -> DomainRename:
    shown = await preview_domain_rename(cast.admin, f"@{OLD}", NEW, now)
    return await rename_domain(cast.admin, OLD, NEW.upper(), shown.preview_version, now)


async def test_accounts_and_every_other_address_of_the_domain_are_renamed(
    cast: Cast, now: datetime, find_team: FindTeam, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    team, julien = await find_team("CAF du Lot"), cast.referent_caf_lot.id
    await build_domain(cast, now, team)
    await begin_session(julien, remember=False, browser="", now=now)
    await Person.update({Person.platform_role: "admin"}).where(Person.id == cast.supervisor_lot.id)

    await Undelivered.insert(Undelivered(reason="refused", since=now, person=julien))
    await Undelivered.insert(Undelivered(reason="refused", since=now, team=team))
    before = await AuditEntry.count()

    done = await rename(cast, now)

    assert {one.id for one in done.accounts} == {julien, cast.referent_msa_lot.id}
    assert {place.kind for place in done.places} == set(PlaceKind)
    assert await address_of(cast.referent_caf_lot) == f"p{julien}@{NEW}"
    assert await address_of(cast.agent_cher) == f"x@agence.{OLD}"
    assert await Person.exists().where(Person.search_text.like(f"%p{julien}@{NEW}%"))
    assert not await Session.exists().where(Session.person == julien)
    assert not await Undelivered.exists().where(Undelivered.lifted_at.is_null()), "it was said of the former mailboxes"
    for table, column in ((Invitation, "address"), (Signup, "address"), (Area, "contact_address")):
        assert [row[column] for row in await table.select() if row[column].endswith(NEW)], column
    assert await Team.exists().where(
        *(Team.shared_address == f"equipe@{NEW}", Team.contact_address == f"contact@{NEW}"),
        Team.search_text.like(f"%equipe@{NEW}%"),
    )
    lines = (await AuditEntry.select().order_by(AuditEntry.id))[before:]
    assert {line["person_id"] for line in lines} == {cast.admin.id}
    assert sorted(line["action"] for line in lines) == [
        *("address.changed", "address.changed", "area.contact", "domain.renamed", "team.changed"),
    ]
    await email_worker.deliver_due()
    for address, subject in (
        (f"p{julien}@{NEW}", "Votre compte est à cette adresse mail"),
        (f"p{julien}@{OLD}", "Votre compte n’est plus à cette adresse mail"),
        (cast.supervisor_lot.address, "Un domaine d’adresses vient d’être renommé"),
    ):
        assert [letter.subject for letter in await email_folder.read(address)] == [subject]
    assert not await email_folder.read(f"p{cast.referent_msa_lot.id}@{NEW}"), "a closed account gets no email"


async def test_an_account_whose_new_address_is_taken_stays_and_so_does_the_admin_s_own(
    cast: Cast, now: datetime
) -> None:
    await move_to_old_domain(cast.referent_caf_lot.id, cast.referent_cpam_lot.id, cast.admin.id)
    taken = f"p{cast.referent_caf_lot.id}@{NEW}"
    await Person.update({Person.address: taken}).where(Person.id == cast.agent_lot.id)

    done = await rename(cast, now)

    assert [(one.id, one.taken_by) for one in done.blocked] == [(cast.referent_caf_lot.id, cast.agent_lot.id)]
    assert done.leaves_own_out and await address_of(cast.admin) == f"p{cast.admin.id}@{OLD}"
    assert await address_of(cast.referent_cpam_lot) == f"p{cast.referent_cpam_lot.id}@{NEW}"
    assert await address_of(cast.referent_caf_lot) == f"p{cast.referent_caf_lot.id}@{OLD}"


async def test_what_was_shown_is_what_is_done_or_nothing_is(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await move_to_old_domain(cast.referent_caf_lot.id)
    shown = await preview_domain_rename(cast.admin, OLD, NEW, now)
    await move_to_old_domain(cast.referent_cpam_lot.id)
    with pytest.raises(Conflict, match="Relisez"):
        await rename_domain(cast.admin, OLD, NEW, shown.preview_version, now)

    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("app.domain.account_keeping.domain_rename.queue_emails", fail)
    with pytest.raises(RuntimeError):
        await rename(cast, now)

    assert await address_of(cast.referent_caf_lot) == f"p{cast.referent_caf_lot.id}@{OLD}"
    assert not await Email.exists()


async def test_only_an_admin_renames_and_only_what_is_a_domain(cast: Cast, now: datetime) -> None:
    for actor in (cast.supervisor_lot, cast.manager_caf_lot):
        with pytest.raises(AccessDenied):
            await preview_domain_rename(actor, OLD, NEW, now)
    for former, new, fields in (
        ("pole emploi", "", {"ancien", "nouveau"}),
        ("jean@pole-emploi.fr", NEW, {"ancien"}),
        (OLD, "%", {"nouveau"}),
        (OLD, f" {OLD.upper()}", {"nouveau"}),
    ):
        with pytest.raises(Invalid) as refused:
            await preview_domain_rename(cast.admin, former, new, now)
        assert set(refused.value.fields) == fields
    with pytest.raises(Conflict, match="Plus rien"):
        await rename(cast, now)
