"""The inherited duties of a closed account are listed before, as far as the reader may see, and audited."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor, PlatformRole, load_actor
from app.domain.cases.thread.ready_phrases import save_phrase
from app.domain.catalogue.editing import edit_entry
from app.domain.catalogue.entries import EntryKind, load_entry_names
from app.domain.catalogue.history import find_version
from app.domain.imports.kinds import ImportKind
from app.domain.imports.listing import load_import
from app.domain.imports.states import ImportState
from app.domain.members.invitation import invite_to_team
from app.domain.members.invitation_link import build_invitation_url
from app.domain.reorganisation.deactivation import deactivate_account, preview_deactivation, preview_inherited_duties
from app.domain.reorganisation.inherited_duties import InheritedGroup, InheritedKind
from app.domain.signup.acceptance import accept_by_link
from app.domain.signup.decision import accept_applicant as accept_signup
from app.domain.signup.own_invitations import join_team, list_own_invitations
from app.domain.signup.request import SignupForm, request_account
from app.tests.support.imports_fixtures import PEOPLE_HEADING, build_csv
from app.tests.support.imports_fixtures import preview_import as import_preview
from app.tests.support.imports_fixtures import run_import as apply_import
from db.tables.audit import AuditEntry
from db.tables.members import Invitation, Membership
from db.tables.people import Person
from db.tables.signup import Signup

TeamOf = Callable[[str], Awaitable[int]]
CAF = "CAF du Lot"
SIGNUP = SignupForm(
    "ana@exemple.fr", "Ana", "Vient", "Conseillère", "01 99 00 12 34", None, "46", "Figeac", "J’accueille."
)


async def close_account(cast: Cast, actor: Actor, who: int, now: datetime) -> None:
    preview = await preview_deactivation(actor, who)
    choices = {f"reprise-{share.team_id}": "equipe" for share in preview.team_departures}
    await deactivate_account(actor, who, choices, preview.preview_version, now)


async def second_admin(cast: Cast) -> Actor:
    await Person.update({Person.platform_role: PlatformRole.ADMIN}).where(Person.id == cast.expert.id)
    found = await load_actor(cast.expert.id)
    assert found is not None
    return found


def said(shares: list[InheritedGroup]) -> dict[InheritedKind, tuple[list[tuple[str, int, bool]], int]]:
    return {
        share.inherited_kind: ([(item.name, item.count, item.may_open) for item in share.items], share.hidden)
        for share in shares
    }


async def trail_of(person_id: int) -> list[tuple[str, int | None, int | None, str]]:
    lines = await (
        AuditEntry.select(AuditEntry.action, AuditEntry.target_person_id, AuditEntry.team_id, AuditEntry.network)
        .where(AuditEntry.person_id == person_id, AuditEntry.action.like("left.%"))
        .order_by(AuditEntry.id)
    )
    return [(line["action"], line["target_person_id"], line["team_id"], line["network"]) for line in lines]


async def opens_the_letter_s_link(address: str, now: datetime) -> int:
    row = await Invitation.select(Invitation.reference).where(Invitation.address == address).first()
    assert row is not None
    await accept_by_link(build_invitation_url(row["reference"]).rpartition("/")[2], browser="b", network="n", now=now)
    person = await Person.select(Person.id).where(Person.address == address).first()
    assert person is not None
    return int(person["id"])


async def test_of_a_manager_invitations_people_and_phrases(cast: Cast, find_team: TeamOf, now: datetime) -> None:
    caf, helene = await find_team(CAF), cast.manager_caf_lot
    await invite_to_team(helene, caf, f"zoe@exemple.fr, luc@exemple.fr, ana@exemple.fr, {cast.agent_cher.address}", now)
    zoe = await opens_the_letter_s_link("zoe@exemple.fr", now)
    (offered,) = await list_own_invitations(cast.agent_cher, now)
    await join_team(cast.agent_cher, offered.id, now)
    await Membership.delete().where(Membership.person == cast.agent_cher.id, Membership.team == caf)
    await save_phrase(helene, caf, None, "Bonjour", "Nous regardons.", seen=0, now=now)

    by_admin = said(await preview_inherited_duties(cast.admin, helene.id, now))
    assert by_admin == {
        InheritedKind.INVITATION: ([(CAF, 2, True)], 0),
        InheritedKind.ACCOUNT: ([("Inès Moreau", 1, True), ("zoe@exemple.fr", 1, True)], 0),
        InheritedKind.PHRASE: ([(CAF, 1, False)], 0),
    }
    by_supervisor = said(await preview_inherited_duties(cast.supervisor_lot, helene.id, now))
    assert by_supervisor == by_admin | {InheritedKind.ACCOUNT: ([("zoe@exemple.fr", 1, True)], 1)}, (
        "Inès is of the Cher"
    )

    await close_account(cast, cast.admin, helene.id, now)

    assert await trail_of(helene.id) == [
        ("left.invitation", None, caf, ""),
        ("left.account", cast.agent_cher.id, caf, ""),
        ("left.account", zoe, caf, ""),
        ("left.phrase", None, caf, ""),
    ]


async def test_of_an_admin_imports_sign_ups_and_the_catalogue(cast: Cast, find_team: TeamOf, now: datetime) -> None:
    caf, reader = await find_team(CAF), await second_admin(cast)
    await apply_import(
        cast,
        await import_preview(
            cast, ImportKind.PEOPLE, build_csv(PEOPLE_HEADING, ";;zoe@exemple.fr;;;CAF du Lot;;;"), now
        ),
        now,
    )
    ready = await import_preview(
        cast, ImportKind.PEOPLE, build_csv(PEOPLE_HEADING, ";;luc@exemple.fr;;;CAF du Lot;;;"), now
    )
    await request_account(SIGNUP, network="n", now=now)
    (asked,) = await Signup.select(Signup.id)
    await accept_signup(cast.admin, asked["id"], caf, now)
    ana = await opens_the_letter_s_link("ana@exemple.fr", now)
    category, name = next(iter((await load_entry_names(EntryKind.CATEGORY)).items()))
    seen = await find_version(EntryKind.CATEGORY, category)
    await edit_entry(
        cast.admin, EntryKind.CATEGORY, category, {"description": "Autrement."}, seen_version=seen, now=now
    )

    shown = said(await preview_inherited_duties(reader, cast.admin.id, now))

    assert shown == {
        InheritedKind.ACCOUNT: ([("Ana Vient", 1, True)], 0),
        InheritedKind.IMPORTED: ([("liste.csv", 1, True)], 0),
        InheritedKind.IMPORT: ([("liste.csv", 1, True)], 0),
        InheritedKind.CATALOGUE: ([(name, 1, True)], 0),
    }
    await close_account(cast, reader, cast.admin.id, now)
    assert await trail_of(cast.admin.id) == [
        ("left.account", ana, caf, ""),
        ("left.imported", None, None, ""),
        ("left.import", None, None, ""),
        ("left.catalogue", None, None, ""),
    ]
    await its_import_waits_for_another(reader, ready)


async def its_import_waits_for_another(reader: Actor, ready: UUID) -> None:
    waiting = await load_import(reader, ready)
    assert (waiting.state, waiting.sender_active) == (ImportState.READY, False)
    assert not await Person.exists().where(Person.address == "luc@exemple.fr")


async def test_a_former_admin_s_files_and_entries_are_a_number_for_a_manager(
    cast: Cast, find_team: TeamOf, now: datetime
) -> None:
    """Now a plain member of the CAF: its manager closes the account and sees only a count of the admins’ entries."""
    await import_preview(cast, ImportKind.PEOPLE, build_csv(PEOPLE_HEADING, ";;luc@exemple.fr;;;CAF du Lot;;;"), now)
    await second_admin(cast)
    await Person.update({Person.platform_role: PlatformRole.MEMBER}).where(Person.id == cast.admin.id)
    await Membership.insert(Membership(person=cast.admin.id, team=await find_team(CAF)))

    shown = said(await preview_inherited_duties(cast.manager_caf_lot, cast.admin.id, now))

    assert shown == {InheritedKind.IMPORT: ([], 1)}


async def test_who_handed_nothing_on_has_no_list(cast: Cast, find_team: TeamOf, now: datetime) -> None:
    assert await preview_inherited_duties(cast.admin, cast.referent_caf_lot.id, now) == []
    await close_account(cast, cast.admin, cast.referent_caf_lot.id, now)
    assert await trail_of(cast.referent_caf_lot.id) == []
