"""« Administration » shows what one may do, and does not exist for whoever has nothing to do there."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, duties_of
from app.domain.operations.after_restore import drop_letters, held_letters, release_letters
from app.tests.support.browser import Browser
from db.tables import Audit, Letter, Person

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_each_sees_the_door_of_what_they_may_do(cast: Cast, signed_in: SignIn) -> None:
    for actor in (cast.admin, cast.supervisor_lot, cast.manager_caf_lot):
        page = await (await signed_in(actor)).get("/administration")
        assert page.h1 == "Administration" and page.soup.find("a", href="/administration")
    for actor in (cast.agent_lot, cast.referent_caf_lot, cast.expert):
        page = await (await signed_in(actor)).get("/administration")
        assert page.status == 404 and not page.soup.find("a", href="/administration")


async def test_duties_follow_the_matrix(cast: Cast) -> None:
    assert duties_of(cast.admin) == set(Duty)
    assert duties_of(cast.manager_caf_lot) == {Duty.KEEP_TEAMS, Duty.KEEP_MEMBERS}
    assert Duty.READ_AUDIT not in duties_of(cast.supervisor_lot) >= {Duty.SEE_FIGURES, Duty.DECIDE_ARRIVALS}
    assert duties_of(cast.agent_lot) == duties_of(cast.expert) == set()


async def test_letters_held_since_a_restore_are_told_to_whoever_runs_the_platform(
    cast: Cast, case_id: UUID, signed_in: SignIn, now: datetime
) -> None:
    admin, supervisor = await signed_in(cast.admin), await signed_in(cast.supervisor_lot)
    assert "retenue" not in (await admin.get("/administration")).text
    await Letter.update({Letter.state: "held"}).where(Letter.state == "waiting")
    held = await held_letters()
    assert (held.number, held.first, held.last) == (3, now, now)

    told = (await admin.get("/administration")).text

    assert "3 mails retenus depuis qu’une sauvegarde" in told and "python -m app emails drop" in told
    assert "retenue" not in (await supervisor.get("/administration")).text
    assert await drop_letters(now) == 3 and await drop_letters(now) == await release_letters(now) == 0
    assert await Letter.count().where(Letter.state == "cancelled") == 3
    assert [row["action"] for row in await Audit.select(Audit.action).where(Audit.action.like("letters.%"))] == [
        "letters.dropped"
    ]
    assert "retenue" not in (await admin.get("/administration")).text


async def test_whoever_keeps_teams_is_told_how_many_nobody_reads(cast: Cast, signed_in: SignIn) -> None:
    page = await (await signed_in(cast.supervisor_lot)).get("/administration")
    assert "injoignable" not in page.text
    await Person.update({Person.active: False}).where(Person.id == cast.referent_msa_lot.id)

    for actor, told, team in (
        (cast.admin, "2 équipes injoignables", "CPAM de la Creuse"),
        (cast.supervisor_lot, "1 équipe injoignable", "MSA du Lot"),
    ):
        browser = await signed_in(actor)
        page = await browser.get((await browser.get("/administration")).link(told))
        assert page.h1 == "Équipes" and page.link(team)
