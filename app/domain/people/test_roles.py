"""Roles given and taken: by whom, what they change, who hears of it; and there is always an administrator."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor, PlatformRole, Supervised, load_actor
from app.domain.errors import AccessDenied, Conflict, DomainError, Forbidden, Invalid, NotFound
from app.domain.people.platform_account import PlatformPerson, open_platform_account
from app.domain.people.roles import Roles, change_roles, load_roles
from app.domain.reorganisation.deactivation import deactivate_account, preview_deactivation
from app.domain.teams.regions import list_region_areas
from app.tests.support.authentication_fixtures import open_session
from db.engine import is_postgres
from db.tables.audit import AuditEntry
from db.tables.email import Email
from db.tables.organisations import Organisation
from db.tables.people import Person
from db.tables.sessions import Session

ADMIN, SUPERVISOR, EXPERT = Roles(PlatformRole.ADMIN), Roles(PlatformRole.SUPERVISOR), Roles(is_expert=True)
OCCITANIE = replace(SUPERVISOR, supervised=Supervised(list_region_areas(["76"])))
NEWCOMER = PlatformPerson("Zoe.Neuve@exemple.fr", "Zoé", "Neuve")


async def give(actor: Actor, person: int, roles: Roles, now: datetime) -> None:
    await change_roles(actor, person, roles, (await load_roles(actor, person)).version, now)


async def load(person: int) -> Actor:
    found = await load_actor(person)
    assert found is not None
    return found


async def list_lines(person: int) -> list[str]:
    rows = await AuditEntry.select(AuditEntry.action).where(AuditEntry.target_person_id == person)
    return [row["action"] for row in sorted(rows, key=lambda row: row["action"])]


async def list_emails(*kinds: str) -> set[tuple[str, int]]:
    rows = await Email.select(Email.kind, Email.person).where(Email.kind.is_in(list(kinds)))
    return {(row["kind"], row["person"]) for row in rows}


async def open_connections() -> None:
    """On PostgreSQL, where the first use of a connection opens it: what follows then really runs at once."""
    if is_postgres():
        await asyncio.gather(*(Person.raw("SELECT pg_sleep(0.05)") for _ in range(4)))


@pytest.fixture
async def second(cast: Cast, now: datetime) -> Actor:
    """Another administrator, who has done their first visit."""
    person = await open_platform_account(cast.admin, NEWCOMER, ADMIN, now)
    await Person.update({Person.terms_accepted_at: now}).where(Person.id == person)
    await Email.delete(force=True)
    return await load(person)


async def test_each_role_is_given_and_taken_with_its_lines_and_emails(cast: Cast, second: Actor, now: datetime) -> None:
    person = cast.expert.id
    for roles, lines in (
        (replace(OCCITANIE, is_expert=True), ["role.supervisor"]),
        (replace(SUPERVISOR, supervised=Supervised(frozenset({"46"}))), ["role.no_expert", "role.scope"]),
        (replace(ADMIN, is_expert=True), ["role.admin", "role.expert", "role.no_supervisor"]),
        (Roles(), ["role.no_admin", "role.no_expert"]),
    ):
        before = await list_lines(person)
        await open_session(cast.expert, now)
        await give(cast.admin, person, roles, now)

        actor = await load(person)
        assert Roles(actor.role, actor.is_expert, actor.supervised) == roles
        assert sorted([*before, *lines]) == await list_lines(person)
        assert not await Session.exists().where(Session.person == person)
        assert await list_emails("roles", "role_notice") == {("roles", person), ("role_notice", second.id)}


async def test_only_another_administrator_changes_roles(cast: Cast, second: Actor, now: datetime) -> None:
    for actor in (cast.supervisor_lot, cast.manager_caf_lot, cast.agent_lot, cast.expert):
        with pytest.raises(NotFound):
            await load_roles(actor, cast.agent_cher.id)
        with pytest.raises(NotFound):
            await open_platform_account(actor, PlatformPerson("x@exemple.fr", "", ""), EXPERT, now)
    with pytest.raises(Forbidden, match="autres administrateurs"):
        await change_roles(cast.admin, cast.admin.id, EXPERT, "", now)
    await give(second, cast.admin.id, EXPERT, now)
    with pytest.raises(AccessDenied):
        await change_roles(cast.admin, second.id, EXPERT, (await load_roles(second, cast.agent_lot.id)).version, now)


async def test_a_member_may_be_an_expert_or_a_supervisor_and_no_administrator(cast: Cast, now: datetime) -> None:
    await give(cast.admin, cast.referent_caf_lot.id, replace(OCCITANIE, is_expert=True), now)
    assert (await load(cast.referent_caf_lot.id)).seats == cast.referent_caf_lot.seats
    with pytest.raises(Invalid, match="Retirez d’abord cette personne, depuis sa fiche, de : CAF du Lot") as refused:
        await give(cast.admin, cast.referent_caf_lot.id, ADMIN, now)
    assert list(refused.value.fields) == ["role"]


async def test_a_supervisor_supervises_something_that_exists(cast: Cast, now: datetime) -> None:
    for nothing in (Supervised(), Supervised(frozenset({"999"}), frozenset({0, 10**8}))):
        with pytest.raises(Invalid, match="au moins une région"):
            await give(cast.admin, cast.expert.id, replace(SUPERVISOR, supervised=nothing), now)
    await give(cast.admin, cast.expert.id, Roles(PlatformRole.ADMIN, supervised=OCCITANIE.supervised), now)
    assert await load_roles(cast.admin, cast.expert.id) == ADMIN


async def test_a_page_that_has_aged_and_a_form_sent_twice_change_nothing(cast: Cast, now: datetime) -> None:
    seen = (await load_roles(cast.admin, cast.expert.id)).version
    await change_roles(cast.admin, cast.expert.id, OCCITANIE, seen, now)
    for wanted in (OCCITANIE, ADMIN):
        with pytest.raises(Conflict, match="ont changé depuis"):
            await change_roles(cast.admin, cast.expert.id, wanted, seen, now)
    with pytest.raises(Conflict, match="déjà ses rôles"):
        await give(cast.admin, cast.expert.id, OCCITANIE, now)
    assert await load_roles(cast.admin, cast.expert.id) == OCCITANIE


async def test_two_administrators_who_take_each_other_s_role_at_once_leave_one(
    cast: Cast, second: Actor, now: datetime
) -> None:
    pairs = [(cast.admin, second.id), (second, cast.admin.id)]
    seen = [(await load_roles(actor, person)).version for actor, person in pairs]
    await open_connections()
    taking = [
        change_roles(actor, person, Roles(), version, now) for (actor, person), version in zip(pairs, seen, strict=True)
    ]

    results = await asyncio.gather(*taking, return_exceptions=True)

    assert [type(result) for result in results if result] == [AccessDenied]
    assert await Person.count().where(Person.platform_role == PlatformRole.ADMIN, Person.active.eq(True)) == 1


async def test_a_role_taken_while_the_other_account_is_closed_leaves_one(
    cast: Cast, second: Actor, now: datetime
) -> None:
    seen = (await load_roles(cast.admin, second.id)).version
    preview = await preview_deactivation(second, cast.admin.id)
    await open_connections()

    results = await asyncio.gather(
        change_roles(cast.admin, second.id, Roles(), seen, now),
        deactivate_account(second, cast.admin.id, {}, preview.preview_version, now),
        return_exceptions=True,
    )

    (refused,) = [result for result in results if result]
    assert isinstance(refused, DomainError)
    assert await Person.count().where(Person.platform_role == PlatformRole.ADMIN, Person.active.eq(True)) == 1


async def test_an_account_is_opened_with_its_role_and_its_person_hears_of_it(
    cast: Cast, second: Actor, now: datetime
) -> None:
    caf = await Organisation.select(Organisation.id).where(Organisation.acronym == "CAF").first()
    assert caf
    everywhere = replace(SUPERVISOR, supervised=Supervised(organisations=frozenset({caf["id"]})))

    person = await open_platform_account(cast.admin, PlatformPerson("Paul.N@Exemple.fr", "Paul", ""), everywhere, now)

    actor = await load(person)
    assert (actor.address, actor.full_name, actor.accepted_terms) == ("paul.n@exemple.fr", "Paul", False)
    assert actor.supervised == everywhere.supervised
    assert await list_lines(person) == ["account.opened", "role.supervisor"]
    assert await list_emails("opened", "roles", "role_notice") == {("opened", person), ("role_notice", second.id)}


async def test_an_account_is_opened_for_a_new_address_and_a_role_alone(cast: Cast, now: datetime) -> None:
    for typed, roles, field in (
        (PlatformPerson(cast.agent_lot.address, "", ""), EXPERT, "adresse"),
        (PlatformPerson("personne", "", ""), EXPERT, "adresse"),
        (PlatformPerson("x@exemple.fr", "", ""), Roles(), "role"),
        (PlatformPerson("x@exemple.fr", "", ""), SUPERVISOR, "regions"),
        (PlatformPerson("x@exemple.fr", "x" * 61, ""), EXPERT, "prenom"),
    ):
        with pytest.raises(Invalid) as refused:
            await open_platform_account(cast.admin, typed, roles, now)
        assert list(refused.value.fields) == [field]
    assert not await Person.exists().where(Person.address == "x@exemple.fr")


async def test_a_closed_account_is_given_no_role_and_may_lose_what_it_has(cast: Cast, now: datetime) -> None:
    expert = cast.expert.id
    await Person.update({Person.active: False}).where(Person.id == expert)
    for roles in (ADMIN, OCCITANIE, replace(OCCITANIE, is_expert=True)):
        with pytest.raises(Conflict, match="désactivé"):
            await give(cast.admin, expert, roles, now)

    await give(cast.admin, expert, Roles(), now)

    assert not await Person.exists().where(Person.id == expert, Person.expert.eq(True))
