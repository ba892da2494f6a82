"""Absences on the pages of cases: of who takes care of the case, and of a whole team."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.absences.change import set_own_absence
from app.domain.absences.plan import AbsencePlan
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.closure import close
from app.domain.errors import Conflict
from app.tests.support.browser import Browser

SignIn = Callable[[Actor], Awaitable[Browser]]
ALL_ABSENT = "CAF du Lot : toute l’équipe est absente jusqu’au 25 novembre."


async def leave(actor: Actor, now: datetime, replacement: Actor | None = None, days: int = 2) -> None:
    today = now.date()
    plan = AbsencePlan(today, today + timedelta(days=days), replacement.id if replacement else None)
    await set_own_absence(actor, plan, now)


async def test_the_page_says_that_who_has_the_case_is_absent_and_a_colleague_takes_it(
    cast: Cast, case_id: UUID, now: datetime, sign_in: SignIn
) -> None:
    await take_charge(cast.referent_caf_lot, case_id, now)
    await leave(cast.referent_caf_lot, now, cast.manager_caf_lot)
    agent, manager = await sign_in(cast.agent_lot), await sign_in(cast.manager_caf_lot)
    words = "Julien Delmas s’en occupe (absence jusqu’au 25 novembre ; remplacement : Hélène Marty)"

    page = await manager.get(f"/demandes/{case_id}")
    assert words in page.text and words in (await agent.get(f"/demandes/{case_id}")).text

    page = await manager.press(page, "Je m’en occupe")
    assert "Hélène Marty s’en occupe" in page.text and "absence jusqu’au" not in page.text


async def test_taking_from_a_colleague_asks_first_unless_they_are_absent(
    cast: Cast, case_id: UUID, now: datetime, sign_in: SignIn
) -> None:
    julien, helene = cast.referent_caf_lot, cast.manager_caf_lot
    await take_charge(julien, case_id, now)
    manager = await sign_in(helene)
    asked = await manager.press(await manager.get(f"/demandes/{case_id}"), "Je m’en occupe")
    assert asked.has_button("Prendre à sa place")
    with pytest.raises(Conflict):
        await take_charge(helene, case_id, now)

    await leave(julien, now)

    with pytest.raises(Conflict):
        await take_charge(helene, case_id, now + timedelta(days=4))
    await take_charge(helene, case_id, now)
    assert "Hélène Marty s’en occupe" in (await manager.get(f"/demandes/{case_id}")).text


async def test_before_and_after_it_and_once_closed_the_page_says_nothing(
    cast: Cast, case_id: UUID, now: datetime, sign_in: SignIn
) -> None:
    await take_charge(cast.referent_msa_lot, case_id, now)
    await leave(cast.referent_msa_lot, now)
    agent = await sign_in(cast.agent_lot)
    page = await agent.get(f"/demandes/{case_id}")
    assert "absence jusqu’au 25" in page.text and "toute l’équipe est absente jusqu’au 25 novembre" in page.text

    await close(cast.agent_lot, case_id, "solved", now)

    page = await agent.get(f"/demandes/{case_id}")
    assert "Paul Castagné s’en occupe" in page.text and "absen" not in page.text


async def test_the_wizard_says_before_sending_that_a_team_is_wholly_absent(
    cast: Cast, draft_id: UUID, now: datetime, sign_in: SignIn
) -> None:
    agent = await sign_in(cast.agent_lot)
    await leave(cast.referent_caf_lot, now)
    for step in ("organismes", "verification"):
        assert "toute l’équipe" not in (await agent.get(f"/brouillons/{draft_id}/{step}")).text

    await leave(cast.manager_caf_lot, now, days=5)

    assert ALL_ABSENT in (await agent.get(f"/brouillons/{draft_id}/organismes")).text
    page = await agent.get(f"/brouillons/{draft_id}/verification")
    assert f"{ALL_ABSENT} Vous pouvez envoyer : la demande attendra son retour." in page.text
    page = await agent.press(page, "Envoyer ma demande")
    assert "CAF du Lot : pas encore ouverte, toute l’équipe est absente jusqu’au 25 novembre" in page.text
    assert "MSA du Lot : pas encore ouverte" in page.text and page.text.count("toute l’équipe") == 1
