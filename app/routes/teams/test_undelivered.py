"""A mailbox that refuses emails, on the pages of its person and of their teams."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.email.failure import Failure
from app.domain.email.undelivered import mark_undelivered
from app.domain.teams.change import change_team
from app.domain.teams.dead_mailboxes import find_dead_shared_address
from app.domain.teams.form import TeamCard, TeamForm
from app.domain.teams.refusals import list_helper_kinds
from app.tests.support.browser import Browser
from db.tables.teams import Team

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_a_person_and_their_team_say_it_and_the_counts_lead_there(
    cast: Cast, sign_in: SignIn, now: datetime
) -> None:
    browser = await sign_in(cast.admin)
    assert "personne injoignable" not in (await browser.get("/administration")).text
    await mark_undelivered(cast.referent_msa_lot.id, None, Failure.FULL, now)

    page = await browser.get((await browser.get("/administration")).link("1 personne injoignable"))
    page = await browser.get(page.link("Paul Castagné"))
    assert "Injoignable depuis le 23 novembre 2026" in page.text and "la boîte est pleine" in page.text

    page = await browser.get(page.link("MSA du Lot"))
    assert "Équipe injoignable" in page.text and "des messageries refusent les mails" in page.text
    assert "Injoignable depuis le 23 novembre 2026" in page.text
    assert "Injoignable depuis le" in (await browser.get(page.link("Gérer les membres"))).text


async def test_a_manager_sees_it_and_a_colleague_who_manages_no_one_counts_none(
    cast: Cast, sign_in: SignIn, now: datetime
) -> None:
    await mark_undelivered(cast.referent_caf_lot.id, None, Failure.MAILBOX, now)

    page = await (await sign_in(cast.manager_caf_lot)).get("/personnes?vue=injoignables")

    assert page.link("Julien Delmas") and "Injoignables (1)" in page.text
    other = await sign_in(cast.referent_msa_lot)
    assert (await other.http.get("/personnes?vue=injoignables")).status_code == 404


async def test_another_shared_address_is_not_the_dead_one(cast: Cast, sign_in: SignIn, now: datetime) -> None:
    team = await Team.select(Team.id).where(Team.name == "CAF du Lot").first()
    assert team
    await Team.update({Team.shared_address: "equipe@exemple.fr"}).where(Team.id == team["id"])
    await mark_undelivered(None, team["id"], Failure.DOMAIN, now)
    page = await (await sign_in(cast.admin)).get(f"/equipes/{team['id']}")
    assert "Équipe injoignable" not in page.text and "Injoignable depuis le 23 novembre 2026" in page.text

    kinds = frozenset(kind.id for kind in await list_helper_kinds())
    for address, dead in (("equipe@exemple.fr", True), ("autre@exemple.fr", False)):
        form = TeamForm(TeamCard("CAF du Lot", shared_address=address), frozenset({"46"}), kinds)
        await change_team(cast.admin, team["id"], form, now)
        assert bool(await find_dead_shared_address(team["id"])) is dead
