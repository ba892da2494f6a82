"""An invitation that its mailbox refuses is said to who invited, and counted for the admins, until it is sent again."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.email.attempts import record_failure
from app.domain.email.failure import Failure
from app.domain.email.outbox import claim_email
from app.domain.members.invitation import invite_to_team
from app.domain.operations.health import count_lost_emails
from app.tests.support.browser import Browser
from app.tests.support.recipients import find_team_id
from db.tables.members import Invitation

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock


async def refuse_all(clock: "Clock", failure: Failure, *, after: timedelta) -> None:
    """Two attempts for each email."""
    for _ in range(2):
        while claim := await claim_email(clock.now):
            await record_failure(claim, failure, clock.now)
        clock.advance(hours=after / timedelta(hours=1))


async def test_an_invitation_that_did_not_arrive_is_said_and_counted_until_it_is_sent_again(
    cast: Cast, sign_in: Callable[[Actor], Awaitable[Browser]], clock: "Clock"
) -> None:
    team = await find_team_id("CAF du Lot")
    await invite_to_team(cast.manager_caf_lot, team, "mort@nulle-part.fr", clock.now)
    await refuse_all(clock, Failure.MAILBOX, after=timedelta(minutes=6))

    browser, admin = await sign_in(cast.manager_caf_lot), await sign_in(cast.admin)
    page = await browser.get(f"/equipes/{team}/membres")
    assert "Mail non arrivé" in page.text and "annulez l’invitation" in page.text
    assert "1 mail qui n’est pas arrivé" in (await admin.get("/administration")).text
    page = await browser.press(page, "Renvoyer l’invitation : mort@nulle-part.fr")
    assert "Mail non arrivé" not in (await browser.get(f"/equipes/{team}/membres")).text
    assert await count_lost_emails() == 0

    await refuse_all(clock, Failure.POLICY, after=timedelta(hours=73))
    browser = await sign_in(cast.manager_caf_lot)
    assert "Mail non arrivé" in (await browser.get(f"/equipes/{team}/membres")).text


async def test_one_that_was_accepted_meanwhile_is_counted_no_more(cast: Cast, clock: "Clock") -> None:
    await invite_to_team(cast.manager_caf_lot, await find_team_id("CAF du Lot"), "mort@nulle-part.fr", clock.now)
    await refuse_all(clock, Failure.MAILBOX, after=timedelta(minutes=6))
    assert await count_lost_emails() == 1

    await Invitation.update({Invitation.used_at: clock.now}, force=True)
    assert await count_lost_emails() == 0
