"""What a closed account handed on is listed before, as far as its reader may see, and written in the trail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor, PlatformRole, load_actor
from app.domain.cases.thread.ready_phrases import keep_phrase
from app.domain.catalogue.editing import edit
from app.domain.catalogue.entries import Kind, names_of
from app.domain.catalogue.history import version_of
from app.domain.imports.kinds import ListKind
from app.domain.imports.listing import import_of
from app.domain.imports.states import State
from app.domain.members.invitation import invite
from app.domain.members.links import link_for
from app.domain.reorganisation.deactivation import deactivate, deactivation_preview, legacy_preview
from app.domain.reorganisation.handed_on import Handed, Share
from app.domain.signup.acceptance import accept
from app.domain.signup.decision import accept as accept_signup
from app.domain.signup.own_invitations import join, own_invitations
from app.domain.signup.request import Asked, ask_for_account
from app.tests.support.imports_fixtures import PEOPLE, listed
from app.tests.support.imports_fixtures import apply as apply_import
from app.tests.support.imports_fixtures import preview as import_preview
from db.tables import Audit, Invitation, Membership, Person, Signup

TeamOf = Callable[[str], Awaitable[int]]
CAF = "CAF du Lot"
SIGNUP = Asked("ana@exemple.fr", "Ana", "Vient", "Conseillère", "01 99 00 12 34", None, "46", "Figeac", "J’accueille.")


async def close_account(cast: Cast, actor: Actor, who: int, now: datetime) -> None:
    preview = await deactivation_preview(actor, who)
    choices = {f"reprise-{share.team_id}": "equipe" for share in preview.shares}
    await deactivate(actor, who, choices, preview.seen, now)


async def second_admin(cast: Cast) -> Actor:
    await Person.update({Person.platform_role: PlatformRole.ADMIN}).where(Person.id == cast.expert.id)
    found = await load_actor(cast.expert.id)
    assert found is not None
    return found


def said(shares: list[Share]) -> dict[Handed, tuple[list[tuple[str, int, bool]], int]]:
    return {
        share.handed: ([(item.name, item.count, item.open) for item in share.items], share.hidden) for share in shares
    }


async def trail_of(person_id: int) -> list[tuple[str, int | None, int | None, str]]:
    lines = await (
        Audit.select(Audit.action, Audit.about_id, Audit.team_id, Audit.network)
        .where(Audit.person_id == person_id, Audit.action.like("left.%"))
        .order_by(Audit.id)
    )
    return [(line["action"], line["about_id"], line["team_id"], line["network"]) for line in lines]


async def opens_the_letter_s_link(address: str, now: datetime) -> int:
    row = await Invitation.select(Invitation.reference).where(Invitation.address == address).first()
    assert row is not None
    await accept(link_for(row["reference"]).rpartition("/")[2], browser="b", network="n", now=now)
    person = await Person.select(Person.id).where(Person.address == address).first()
    assert person is not None
    return int(person["id"])


async def test_of_a_manager_invitations_people_and_phrases(cast: Cast, team: TeamOf, now: datetime) -> None:
    caf, helene = await team(CAF), cast.manager_caf_lot
    await invite(helene, caf, f"zoe@exemple.fr, luc@exemple.fr, ana@exemple.fr, {cast.agent_cher.address}", now)
    zoe = await opens_the_letter_s_link("zoe@exemple.fr", now)
    (offered,) = await own_invitations(cast.agent_cher, now)
    await join(cast.agent_cher, offered.id, now)
    await Membership.delete().where(Membership.person == cast.agent_cher.id, Membership.team == caf)
    await keep_phrase(helene, caf, None, "Bonjour", "Nous regardons.", seen=0, now=now)

    by_admin = said(await legacy_preview(cast.admin, helene.id, now))
    assert by_admin == {
        Handed.INVITATION: ([(CAF, 2, True)], 0),
        Handed.ACCOUNT: ([("Inès Moreau", 1, True), ("zoe@exemple.fr", 1, True)], 0),
        Handed.PHRASE: ([(CAF, 1, False)], 0),
    }
    by_supervisor = said(await legacy_preview(cast.supervisor_lot, helene.id, now))
    assert by_supervisor == by_admin | {Handed.ACCOUNT: ([("zoe@exemple.fr", 1, True)], 1)}, "Inès is of the Cher"

    await close_account(cast, cast.admin, helene.id, now)

    assert await trail_of(helene.id) == [
        ("left.invitation", None, caf, ""),
        ("left.account", cast.agent_cher.id, caf, ""),
        ("left.account", zoe, caf, ""),
        ("left.phrase", None, caf, ""),
    ]


async def test_of_an_admin_imports_sign_ups_and_the_catalogue(cast: Cast, team: TeamOf, now: datetime) -> None:
    caf, reader = await team(CAF), await second_admin(cast)
    await apply_import(
        cast, await import_preview(cast, ListKind.PEOPLE, listed(PEOPLE, ";;zoe@exemple.fr;;;CAF du Lot;;;"), now), now
    )
    ready = await import_preview(cast, ListKind.PEOPLE, listed(PEOPLE, ";;luc@exemple.fr;;;CAF du Lot;;;"), now)
    await ask_for_account(SIGNUP, network="n", now=now)
    (asked,) = await Signup.select(Signup.id)
    await accept_signup(cast.admin, asked["id"], caf, now)
    ana = await opens_the_letter_s_link("ana@exemple.fr", now)
    category, name = next(iter((await names_of(Kind.CATEGORY)).items()))
    seen = await version_of(Kind.CATEGORY, category)
    await edit(cast.admin, Kind.CATEGORY, category, {"description": "Autrement."}, seen=seen, now=now)

    shown = said(await legacy_preview(reader, cast.admin.id, now))

    assert shown == {
        Handed.ACCOUNT: ([("Ana Vient", 1, True)], 0),
        Handed.IMPORTED: ([("liste.csv", 1, True)], 0),
        Handed.IMPORT: ([("liste.csv", 1, True)], 0),
        Handed.CATALOGUE: ([(name, 1, True)], 0),
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
    waiting = await import_of(reader, ready)
    assert (waiting.state, waiting.sender_active) == (State.READY, False)
    assert not await Person.exists().where(Person.address == "luc@exemple.fr")


async def test_a_former_admin_s_files_and_entries_are_a_number_for_a_manager(
    cast: Cast, team: TeamOf, now: datetime
) -> None:
    """Now a plain member of the CAF: its manager closes the account and learns no name of the administration's."""
    await import_preview(cast, ListKind.PEOPLE, listed(PEOPLE, ";;luc@exemple.fr;;;CAF du Lot;;;"), now)
    await second_admin(cast)
    await Person.update({Person.platform_role: PlatformRole.MEMBER}).where(Person.id == cast.admin.id)
    await Membership.insert(Membership(person=cast.admin.id, team=await team(CAF)))

    shown = said(await legacy_preview(cast.manager_caf_lot, cast.admin.id, now))

    assert shown == {Handed.IMPORT: ([], 1)}


async def test_who_handed_nothing_on_has_no_list(cast: Cast, team: TeamOf, now: datetime) -> None:
    assert await legacy_preview(cast.admin, cast.referent_caf_lot.id, now) == []
    await close_account(cast, cast.admin, cast.referent_caf_lot.id, now)
    assert await trail_of(cast.referent_caf_lot.id) == []
