"""A case whose citizen withdrew their consent by SMS: what its pages say, what is refused, how it goes on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_case_for_action
from app.domain.cases.lifecycle.closure import reopen
from app.domain.cases.lifecycle.suspension import renew_mandate
from app.domain.cases.mandate.record_reply import record_reply
from app.domain.cases.permissions import Action
from app.domain.errors import Conflict, DomainError
from app.gateways.sms.worker import SmsWorker
from app.tests.support.browser import Browser
from app.tests.support.mandate_sms_fixtures import PHONE, request_by_sms
from db.tables.cases import Case
from db.tables.email import Email
from db.tables.thread import Message

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]


async def sent_by_text(agent: Browser, draft_id: UUID, messenger: SmsWorker, clock: Clock, yes: str = "OUI") -> str:
    """The address of a case whose citizen agreed by SMS."""
    page = await request_by_sms(agent, draft_id)
    await messenger.deliver_due()
    await record_reply("a1", PHONE, yes, clock.now)
    page = await agent.press(await agent.get(page.path), "Continuer")
    page = await agent.press(page, "Envoyer ma demande")
    assert "retiré son accord" not in page.text
    return page.path


async def state_of(case_id: UUID) -> dict[str, Any]:
    columns = (Case.status, Case.next_side, Case.late_from, Case.suspended_at)
    row = await Case.select(*columns).where(Case.id == case_id).first()
    assert row is not None
    return dict(row)


@pytest.mark.parametrize(
    ("yes", "stop"), [("oui pas de problème", "STOP SMS"), ("Bonjour oui", "Stop."), ("J'accepte", "ARRET")]
)
async def test_stop_suspends_the_case_and_writes_to_everyone_on_it(
    cast: Cast,
    draft_id: UUID,
    mandate_agent: Browser,
    sign_in: SignIn,
    sms_worker: SmsWorker,
    clock: Clock,
    yes: str,
    stop: str,
) -> None:
    path = await sent_by_text(mandate_agent, draft_id, sms_worker, clock, yes)
    clock.advance(minutes=10)
    for reference in ("a2", "a2", "a3"):
        await record_reply(reference, PHONE, stop, clock.now)

    assert await state_of(draft_id) == {
        "status": "new",
        "next_side": "agent",
        "late_from": None,
        "suspended_at": clock.now,
    }
    letters = await Email.select(Email.person).where(Email.kind == "suspended", Email.person.is_not_null())
    people = [row["person"] for row in letters]
    assert len(people) == len(set(people))
    assert {cast.agent_lot.id, cast.referent_caf_lot.id} <= set(people)
    for actor, view in ((cast.agent_lot, "en-cours"), (cast.referent_caf_lot, "en-attente")):
        browser = await sign_in(actor)
        page = await browser.get(path)
        assert "Suspendue" in page.text and f"« {stop} »" in page.text
        assert page.text.count("L’usager a retiré son accord par SMS") == 2, "the thread, and in place of the form"
        assert "Suspendue" in (await browser.get(f"/demandes?vue={view}")).text
        assert not page.soup.select("textarea") and ("sinon, clôturez-la" in page.text) == (actor == cast.agent_lot)


async def test_nothing_goes_on_while_it_is_suspended_and_a_new_mandate_lets_it(
    cast: Cast, draft_id: UUID, mandate_agent: Browser, sign_in: SignIn, sms_worker: SmsWorker, clock: Clock
) -> None:
    path = await sent_by_text(mandate_agent, draft_id, sms_worker, clock)
    referent = await sign_in(cast.referent_caf_lot)
    theirs, ours = await referent.get(path), await mandate_agent.get(path)
    await record_reply("a2", PHONE, "STOP", clock.now)

    page = await referent.press(theirs, "Envoyer le message", message="Une réponse déjà écrite")
    assert page.status == 409 and "votre message n’est pas parti" in page.text
    assert "Une réponse déjà écrite" in page.text
    for actor, action in (
        (cast.referent_caf_lot, Action.ANSWER),
        (cast.referent_caf_lot, Action.INVITE_TEAM),
        (cast.referent_caf_lot, Action.INVITE_EXPERT),
        (cast.agent_lot, Action.COMPLETE),
        (cast.agent_lot, Action.INVITE_COLLEAGUE),
    ):
        with pytest.raises(Conflict, match="retiré son accord"):
            await load_case_for_action(actor, draft_id, action)
    page = await mandate_agent.press(ours, "Envoyer le message", message="Le relevé de l’usager")
    assert page.status == 409 and await Message.count() == 0
    with pytest.raises(DomainError):
        await renew_mandate(cast.referent_caf_lot, draft_id, clock.now.date(), clock.now)

    page = await mandate_agent.press(await mandate_agent.get(f"{path}/mandat"), "Reprendre la demande", signature="")
    assert page.status == 422 and "date de signature" in page.text
    page = await mandate_agent.press(page, "Reprendre la demande", signature="22/11/2026")
    assert page.status == 422 and "a retiré son accord le 23/11/2026 : ce mandat est d’avant" in page.text
    assert "accord retiré le 23 novembre 2026" in page.text
    assert "Si l’usager ne signe pas de nouveau mandat" in page.text
    page = await mandate_agent.press(page, "Reprendre la demande", signature="23/11/2026")
    assert "la demande reprend" in page.text and "Suspendue" not in page.text
    state = await state_of(draft_id)
    assert (state["next_side"], state["suspended_at"]) == ("referent", None) and state["late_from"] is not None
    page = await referent.press(await referent.get(path), "Envoyer le message", message="La suite")
    assert page.status == 200 and await Message.count() == 1

    await record_reply("a3", PHONE, "STOP", clock.now)
    assert (await state_of(draft_id))["suspended_at"] is not None, "a later word takes a paper back too"


async def test_a_yes_to_the_same_text_lets_it_go_on_and_a_closed_one_is_not_reopened(
    cast: Cast, draft_id: UUID, mandate_agent: Browser, sms_worker: SmsWorker, clock: Clock
) -> None:
    path = await sent_by_text(mandate_agent, draft_id, sms_worker, clock)
    await record_reply("a2", PHONE, "STOP", clock.now)
    await record_reply("a3", PHONE, "Oui", clock.now)
    assert (await state_of(draft_id))["suspended_at"] is None
    assert "Nouvel accord de l’usager" in (await mandate_agent.get(path)).text

    await record_reply("a4", PHONE, "STOP", clock.now)
    closing = await mandate_agent.get(f"{path}/cloture")
    page = await mandate_agent.press(closing, "Confirmer la clôture", issue="not_solved")
    assert "Demande close" in page.text and "Rouvrir la demande" not in page.text
    with pytest.raises(Conflict):
        await reopen(cast.agent_lot, draft_id, clock.now)


async def test_what_is_closed_so_says_that_it_is_not_reopened(
    cast: Cast, draft_id: UUID, mandate_agent: Browser, sign_in: SignIn, sms_worker: SmsWorker, clock: Clock
) -> None:
    path = await sent_by_text(mandate_agent, draft_id, sms_worker, clock)
    referent = await sign_in(cast.referent_caf_lot)
    theirs = await referent.get(path)
    await record_reply("a2", PHONE, "STOP", clock.now)
    renewing = await mandate_agent.get(f"{path}/mandat")
    await mandate_agent.press(await mandate_agent.get(f"{path}/cloture"), "Confirmer la clôture", issue="not_solved")

    for browser in (mandate_agent, referent):
        assert "elle ne se rouvre pas" in (await browser.get(path)).text
        assert "il faut d’abord la rouvrir" not in (await browser.get(path)).text
    page = await referent.press(theirs, "Envoyer le message", message="Une réponse déjà écrite")
    assert page.status == 409 and "Une réponse déjà écrite" in page.text
    assert "Votre message n’est pas parti" in page.text and "rouverte" not in page.text
    page = await mandate_agent.press(renewing, "Reprendre la demande", signature="23/11/2026")
    assert page.status == 409 and "il faut une nouvelle demande" in page.text
    for action in (Action.REOPEN, Action.COMPLETE):
        with pytest.raises(Conflict, match="il faut une nouvelle demande"):
            await load_case_for_action(cast.agent_lot, draft_id, action)
