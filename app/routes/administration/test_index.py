"""« Administration » lists what the person may do; for a person without any duty the page does not exist."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, list_duties
from app.domain.operations.after_restore import cancel_held_emails, load_held_emails, release_held_emails
from app.domain.operations.last_backup import record_backup
from app.domain.teams.teams import add_member
from app.tests.support.browser import Browser
from app.tests.support.members_fixtures import FindTeam
from app.tests.support.supervisors import make_supervisor
from db.tables.audit import AuditEntry
from db.tables.email import Email
from db.tables.imports import Import
from db.tables.people import Person

AskAccount = Callable[..., Awaitable[int]]
SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_each_sees_the_door_of_what_they_may_do(cast: Cast, sign_in: SignIn) -> None:
    for actor in (cast.admin, cast.supervisor_lot, cast.manager_caf_lot):
        page = await (await sign_in(actor)).get("/administration")
        assert page.h1 == "Administration" and page.soup.find("a", href="/administration")
    for actor in (cast.agent_lot, cast.referent_caf_lot, cast.expert):
        page = await (await sign_in(actor)).get("/administration")
        assert page.status == 404 and not page.soup.find("a", href="/administration")


async def test_duties_follow_the_matrix(cast: Cast) -> None:
    assert list_duties(cast.admin) == set(Duty)
    assert list_duties(cast.manager_caf_lot) == {Duty.MANAGE_TEAMS, Duty.MANAGE_MEMBERS}
    assert Duty.READ_AUDIT not in list_duties(cast.supervisor_lot) >= {Duty.SEE_STATISTICS, Duty.DECIDE_SIGNUPS}
    assert list_duties(cast.agent_lot) == list_duties(cast.expert) == set()


async def test_letters_held_since_a_restore_are_shown_to_administrators(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    admin, supervisor = await sign_in(cast.admin), await sign_in(cast.supervisor_lot)
    assert "retenue" not in (await admin.get("/administration")).text
    await Email.update({Email.state: "held"}).where(Email.state == "waiting")
    held = await load_held_emails()
    assert (held.count, held.first, held.last) == (3, now, now)

    found = (await admin.get("/administration")).text

    assert "3 mails retenus depuis qu’une sauvegarde" in found and "python -m app emails drop" in found
    assert "retenue" not in (await supervisor.get("/administration")).text
    assert await cancel_held_emails(now) == 3 and await cancel_held_emails(now) == await release_held_emails(now) == 0
    assert await Email.count().where(Email.state == "cancelled") == 3
    assert [
        row["action"] for row in await AuditEntry.select(AuditEntry.action).where(AuditEntry.action.like("letters.%"))
    ] == ["letters.dropped"]
    assert "retenue" not in (await admin.get("/administration")).text


async def test_what_waits_is_counted_for_each_in_their_scope(
    cast: Cast, sign_in: SignIn, create_signup: AskAccount, now: datetime
) -> None:
    pilot = await make_supervisor("pilote", now, organisations=["MSA"])
    for actor in (cast.supervisor_lot, pilot):
        page = await (await sign_in(actor)).get("/")
        assert (page.path, page.h1) == ("/administration", "Administration") and "Rien n’attend." in page.text
        assert "sauvegarde" not in page.text and page.soup.find("a", string="Mes demandes") is None
    await create_signup(area="46")
    await create_signup(area="18", address="autre@exemple.fr")
    await Email.insert(Email(kind="password_set", person=cast.agent_lot.id, written_at=now, due_at=now, state="failed"))
    await record_backup(now - timedelta(hours=30))
    await Import.insert(Import(sent_by=cast.admin.id, kind="people", file_name="a.csv", sent_at=now, state="ready"))

    page = await (await sign_in(cast.admin)).get("/")
    items = [" ".join(item.get_text(" ").split()) for item in page.soup.select("main h2 + ul:not(.cases) > li")]
    assert items == [
        "2 inscriptions à décider",
        "1 équipe injoignable",
        "1 import à finir",
        "1 mail qui n’est pas arrivé",
    ]
    assert "Dernière sauvegarde : 22 novembre 2026 à 4 h 00. Trop ancienne" in page.text
    supervised = await (await sign_in(cast.supervisor_lot)).get("/administration")
    assert "1 inscription à décider" in supervised.text and "mail qui" not in supervised.text
    assert "import à finir" not in supervised.text and "sauvegarde" not in supervised.text


async def test_an_admin_and_a_supervisor_arrive_on_their_page_and_keep_their_list(
    cast: Cast, sign_in: SignIn, find_team: FindTeam
) -> None:
    for actor in (cast.agent_lot, cast.referent_caf_lot, cast.manager_caf_lot, cast.expert):
        assert (await (await sign_in(actor)).get("/")).h1 == "Mes demandes"
    browser = await sign_in(cast.supervisor_lot)
    assert (await browser.get("/demandes")).path == "/administration"
    await add_member(cast.supervisor_lot.id, await find_team("CAF du Lot"))
    await Person.update({Person.expert: True}).where(Person.id == cast.admin.id)
    for reads_too in (browser, await sign_in(cast.admin)):
        page = await reads_too.get("/")
        assert page.h1 == "Administration" and (await reads_too.get(page.link("Mes demandes"))).h1 == "Mes demandes"


async def test_a_first_visit_leads_to_what_waits(cast: Cast, sign_in: SignIn) -> None:
    page = await (await sign_in(cast.supervisor_lot)).get("/bienvenue")
    assert "« Administration » dit ce qui vous attend" in page.text and "Mes demandes" not in page.text


async def test_a_person_who_keeps_teams_reads_how_many_have_no_reader(cast: Cast, sign_in: SignIn) -> None:
    page = await (await sign_in(cast.supervisor_lot)).get("/administration")
    assert "injoignable" not in page.text
    await Person.update({Person.active: False}).where(Person.id == cast.referent_msa_lot.id)

    for actor, found, team in (
        (cast.admin, "2 équipes injoignables", "CPAM de la Creuse"),
        (cast.supervisor_lot, "1 équipe injoignable", "MSA du Lot"),
    ):
        browser = await sign_in(actor)
        page = await browser.get((await browser.get("/administration")).link(found))
        assert page.h1 == "Équipes" and page.link(team)
