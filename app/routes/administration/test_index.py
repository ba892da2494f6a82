"""« Administration » lists what the person may do; for a person without any duty the page does not exist."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, list_duties
from app.domain.operations.after_restore import cancel_held_emails, load_held_emails, release_held_emails
from app.tests.support.browser import Browser
from db.tables.audit import AuditEntry
from db.tables.email import Email
from db.tables.people import Person

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
